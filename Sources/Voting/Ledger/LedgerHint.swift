/// What another instance said that it did. It was so when it was said, and what was said may be lost.
package struct LedgerHint: Hashable, Sendable {
  /// Of the ledger, as `Ledger.epoch`.
  package var epoch: String
  /// Of the room.
  package var version: Int
  package var numbers: LedgerNumbers

  package init(epoch: String, version: Int, numbers: LedgerNumbers) {
    self.epoch = epoch
    self.version = version
    self.numbers = numbers
  }
}
