/// The names under which a store keeps a ledger.
///
/// They share a hash tag, so that a cluster keeps them together.
enum StoreKeys {
  /// Of what is kept: a program that keeps it otherwise counts on from here.
  static let format = 1

  /// A hash with the fields of `Meta`: where it is missing, there is no ledger.
  static let meta = "{show}:meta"
  /// Exists while an instance does a step, and says which step.
  static let freeze = "{show}:freeze"
  /// So long the others wait for an instance that may have died.
  static let freezeMilliseconds = 3_000
  /// Lines, oldest first.
  static let record = "{show}:record"
  /// Oldest first.
  static let fingerprints = "{show}:fingerprints"
  /// By epochs that ended: the sequence and what was counted in all, as they were then.
  static let ends = "{show}:ends"
  /// By their IDs.
  static let instances = "{show}:instances"
  /// What a server has left for whichever is asked for it; it goes by itself.
  static func word(_ word: String) -> String { "{show}:word:\(word)" }
  /// Where it is published what was done.
  static let channel = "{show}:news"

  /// How many ballots say what.
  static func round(_ number: Int) -> String { "{show}:round:\(number)" }
  /// By voters.
  static func ballots(_ number: Int) -> String { "\(ballotsPrefix)\(number)" }
  static let ballotsPrefix = "{show}:ballots:"
  /// Voters by receipts.
  static func receipts(_ number: Int) -> String { "{show}:receipts:\(number)" }

  /// Fields of `meta`. The scripts write these names, too.
  enum Meta: String {
    case format, secret, desk, epoch, run
    /// Grows with every change.
    case sequence
    /// New ballots and ballots that moved, in all.
    case counted
    /// Of the room.
    case version
    /// Grows with every step and every new desk key.
    case steps
    /// The number of the round that takes votes; 0 where none does.
    case open
    /// The number of the newest round; 0 before the first.
    case newest
    /// JSON.
    case room
  }
}
