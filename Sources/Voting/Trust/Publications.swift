/// What was read from the ledger of rounds that are over, for whoever asks next: however many read,
/// votes wait for none of them.
struct Publications: Sendable {
  /// A round as it was published: another fingerprint, another text.
  struct Text: Hashable, Sendable {
    let round: Int
    let fingerprint: String?
  }

  /// What is on record for a round changes with every step that is done to it.
  struct Record: Hashable, Sendable {
    let round: Int
    let version: Int
  }

  /// Fifty lists of a hall of 50,000, or all that an association asks in a year.
  var lists = RecentlyUsed<Text, [UInt8]>(maxBytes: 32 << 20)
  var texts = RecentlyUsed<Text, String>(maxBytes: 4 << 20)
  var records = RecentlyUsed<Record, [RecordEntry]>(maxBytes: 4 << 20)
}
