/// The newest round's numbers, and when.
package struct LedgerNumbers: Hashable, Sendable {
  /// Grows with every change.
  package var sequence: Int
  package var tally: Tally

  package init(sequence: Int, tally: Tally) {
    self.sequence = sequence
    self.tally = tally
  }
}
