/// What a ledger writes that is no vote: a host's step, a key, or nothing but that it can.
package struct StepBatch: Sendable {
  package var step: StepChanges?
  /// `nil` where it stays.
  package var deskKey: UInt128?
  /// Of the newest round after it.
  package var tally: Tally
  /// Raises the sequence.
  package var isNews: Bool

  package init(
    step: StepChanges? = nil, deskKey: UInt128? = nil, tally: Tally = Tally(), isNews: Bool = false
  ) {
    self.step = step
    self.deskKey = deskKey
    self.tally = tally
    self.isNews = isNews
  }
}
