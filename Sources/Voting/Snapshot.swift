/// The room and the newest round's numbers as they stand on disk.
public struct Snapshot: Hashable, Sendable {
  public internal(set) var room: Room
  /// Of the public round. It may be hidden: what leaves the server goes by `disclosed`.
  public internal(set) var tally: Tally
  /// The archived round that the host shows, with what may be known of it.
  public internal(set) var shownRound: DisclosedRound?
  /// Grows with every change, and never goes back, not even when the server starts again.
  public internal(set) var sequence: Int

  /// The round that the room sees; `nil` before the first.
  public var round: Round? { room.publicRound }

  /// The public round with what may be known of it; `nil` before the first.
  public var disclosed: DisclosedRound? {
    round.map { RoundTally(round: $0, tally: tally).disclosed }
  }
}
