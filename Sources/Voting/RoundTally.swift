/// A round and what its ballots say, counted.
public struct RoundTally: Hashable, Sendable {
  public let round: Round
  public let tally: Tally

  public init(round: Round, tally: Tally) {
    self.round = round
    self.tally = tally
  }
}
