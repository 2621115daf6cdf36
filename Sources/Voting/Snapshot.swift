/// The room and the newest round's numbers as they stand on disk.
public struct Snapshot: Hashable, Sendable {
  private let evening: Evening
  /// Of the public round. It may be hidden: what leaves the server goes by `disclosed`.
  public let tally: Tally
  /// Grows with every change, and never goes back, not even when the server starts again.
  public let sequence: Int

  init(evening: Evening, tally: Tally, sequence: Int) {
    self.evening = evening
    self.tally = tally
    self.sequence = sequence
  }

  public var room: Room { evening.room }

  /// Of the room: another one means that the host did something.
  public var version: Int { evening.room.version }

  /// The round that the room sees; `nil` before the first.
  public var round: Round? { room.publicRound }

  /// The public round with what may be known of it; `nil` before the first.
  public var disclosed: DisclosedRound? {
    round.map { RoundTally(round: $0, tally: tally).disclosed }
  }

  /// The archived round that the host shows, with what may be known of it.
  public var shownRound: DisclosedRound? {
    room.shownRound.flatMap { number in
      evening.rounds(newest: tally).first { $0.round.number == number }?.disclosed
    }
  }

  public static func == (one: Snapshot, other: Snapshot) -> Bool {
    one.room == other.room && one.tally == other.tally && one.sequence == other.sequence
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(room)
    hasher.combine(tally)
    hasher.combine(sequence)
  }
}
