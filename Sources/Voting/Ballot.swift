/// What a voter says in a round.
public struct Ballot: Hashable, Sendable {
  public let voter: Int
  public internal(set) var choice: Choice
  /// What the voter finds it by in the published list; `nil` where the round gives none.
  public internal(set) var receipt: Receipt?

  init(voter: Int, choice: Choice, receipt: Receipt? = nil) {
    self.voter = voter
    self.choice = choice
    self.receipt = receipt
  }
}
