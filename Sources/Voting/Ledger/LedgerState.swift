/// What a ledger holds, as it was when it was committed last.
struct LedgerState: Sendable {
  private(set) var evening: Evening
  /// Of the newest round that was opened.
  var tally: Tally
  /// Grows with every change.
  var sequence: Int
  /// As `Snapshot.epoch`.
  let epoch: String?

  init(_ contents: LedgerContents, epoch: String?) {
    self.epoch = epoch
    evening = Evening(
      room: contents.room, pastTallies: contents.tallies, record: contents.record,
      deskKey: contents.deskKey)
    tally = contents.room.publicRound.flatMap { contents.tallies[$0.number] } ?? Tally()
    sequence = contents.counters.sequence
  }

  var room: Room { evening.room }

  var snapshot: Snapshot {
    Snapshot(evening: evening, tally: tally, sequence: sequence, epoch: epoch)
  }

  /// Every round, oldest first.
  var rounds: [RoundTally] { evening.rounds(newest: tally) }

  var standing: Standing {
    Standing(
      room: room, rounds: rounds.map(\.disclosed), record: evening.record, id: snapshot.id)
  }

  /// The same, with the numbers that votes have led to.
  mutating func count(_ numbers: LedgerNumbers) {
    tally = numbers.tally
    sequence = numbers.sequence
  }

  /// Takes in what a step made of the room.
  mutating func apply(_ new: Room, _ entries: [RecordEntry]) {
    var pastTallies = evening.pastTallies
    if let old = room.publicRound, old.number != new.publicRound?.number {
      pastTallies[old.number] = tally
    }
    if let round = new.publicRound, round.number != room.publicRound?.number {
      tally = pastTallies[round.number] ?? Tally()
    }
    evening = Evening(
      room: new, pastTallies: pastTallies,
      record: (evening.record + entries).suffix(LedgerContents.maxRecord),
      deskKey: evening.deskKey)
  }

  /// The old key opens nothing any more.
  mutating func replaceDeskKey(by key: UInt128) {
    evening = Evening(
      room: room, pastTallies: evening.pastTallies, record: evening.record, deskKey: key)
  }
}

extension Evening {
  /// Every round, oldest first.
  /// - Parameter tally: of the newest.
  func rounds(newest tally: Tally) -> [RoundTally] {
    room.rounds.map { round in
      let isNewest = round.number == room.publicRound?.number
      return RoundTally(
        round: round, tally: isNewest ? tally : pastTallies[round.number] ?? Tally())
    }
  }
}
