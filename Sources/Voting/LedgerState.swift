/// What a ledger holds, as it was when it was committed last.
struct LedgerState: Sendable {
  var room: Room
  /// Of the newest round that was opened.
  var tally: Tally
  /// Of those before it, by their numbers. They change no more, and need not be counted again.
  var pastTallies: [Int: Tally]
  /// Grows with every change.
  var sequence: Int
  /// The newest lines, oldest first.
  var record: [RecordEntry]
  var deskKey: UInt128

  init(_ contents: LedgerContents) {
    room = contents.room
    pastTallies = contents.tallies
    tally = room.publicRound.flatMap { contents.tallies[$0.number] } ?? Tally()
    sequence = contents.counters.sequence
    record = contents.record
    deskKey = contents.deskKey
  }

  var snapshot: Snapshot {
    let shown = room.shownRound.flatMap { number in rounds.first { $0.round.number == number } }
    return Snapshot(
      room: room, tally: tally, shownRound: shown?.disclosed, sequence: sequence)
  }

  /// Every round, oldest first.
  var rounds: [RoundTally] {
    room.rounds.map { round in
      let isNewest = round.number == room.publicRound?.number
      return RoundTally(
        round: round, tally: isNewest ? tally : pastTallies[round.number] ?? Tally())
    }
  }

  var standing: Standing {
    Standing(room: room, rounds: rounds.map(\.disclosed), record: record)
  }

  /// Takes in what a step made of the room.
  mutating func apply(_ new: Room, _ entries: [RecordEntry]) {
    if let old = room.publicRound, old.number != new.publicRound?.number {
      pastTallies[old.number] = tally
    }
    if let round = new.publicRound, round.number != room.publicRound?.number {
      tally = pastTallies[round.number] ?? Tally()
    }
    room = new
    record = (record + entries).suffix(LedgerContents.maxRecord)
  }
}
