/// What a voter says in a round.
public struct Ballot: Sendable {
  public let voter: Int
  public let choice: Choice
}
