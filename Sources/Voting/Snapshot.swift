/// The newest round as it stands on disk.
public struct Snapshot: Hashable, Sendable {
  public internal(set) var round: Round
  public internal(set) var tally: Tally
  /// Grows with every change, and never goes back, not even when the server starts again.
  public internal(set) var sequence: Int

  public var count: RoundTally { RoundTally(round: round, tally: tally) }
}
