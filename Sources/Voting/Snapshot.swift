/// The room and the newest round's numbers as they stand on disk.
public struct Snapshot: Hashable, Sendable {
  private let evening: Evening
  /// Of the public round. It may be hidden: what leaves the server goes by `disclosed`.
  public let tally: Tally
  /// Grows with every change, and never goes back, not even when the server starts again.
  public let sequence: Int
  /// Tells what a shared ledger counts from what it counted before it lost votes, when `sequence` may
  /// have been higher. The name of the ledger, a full stop, and letters and digits, the same at all that
  /// share it; `nil` where the ledger is one server's alone, and loses none.
  public let epoch: String?

  init(evening: Evening, tally: Tally, sequence: Int, epoch: String?) {
    self.evening = evening
    self.tally = tally
    self.sequence = sequence
    self.epoch = epoch
  }

  /// Of what a shared ledger says: another server may be behind. It begins with the ledger's name;
  /// then, of two, the newer one has the higher numbers.
  public var id: String? { epoch.map { "\($0)-\(sequence)" } }

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
      && one.epoch == other.epoch
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(room)
    hasher.combine(tally)
    hasher.combine(sequence)
    hasher.combine(epoch)
  }
}
