import TestSupport
import Testing

@testable import Voting

/// What every ledger does that counts, wherever it keeps what it has.
@Suite("The contract of a ledger that counts")
struct CountingLedgerTests {
  private static let one = Receipt(number: 1)
  private static let two = Receipt(number: 2)

  @Test(
    "one ballot a voter: another vote moves it, the same one changes nothing",
    arguments: CountingStorage.tried)
  func ballots(storage: CountingStorage) async throws {
    try await withLedger(in: storage) { ledger in
      try ledger.open(Question("Tea?", abstainLabel: "None"))
      let first = try ledger.count([
        await .of(1, .yes), await .of(2, .no), await .of(1 << 61 + 5, .abstain),
      ])
      #expect(first.numbers?.tally == Tally(yes: 1, no: 1, abstain: 1))
      #expect(first.votes.allSatisfy { $0.refusal == nil })
      let second = try ledger.count([await .of(1, .no), await .of(2, .no)])
      #expect(second.numbers?.tally == Tally(no: 2, abstain: 1))
      #expect(second.numbers?.sequence == first.numbers.map { $0.sequence + 1 })
      let third = try ledger.count([await .of(1, .no)])
      #expect(third.numbers == second.numbers)
      #expect(try ledger.choices(round: 1) == [1: .no, 2: .no, 1 << 61 + 5: .abstain])
      #expect(try ledger.ballots(of: [2, 9], round: 1) == [2: Ballot(voter: 2, choice: .no)])
      #expect(try ledger.ballots(of: [], round: 1).isEmpty)
    }
  }

  @Test("of several votes of one voter at once the last counts", arguments: CountingStorage.tried)
  func last(storage: CountingStorage) async throws {
    try await withLedger(in: storage) { ledger in
      try ledger.open()
      let (numbers, _) = try ledger.count([
        await .of(1, .yes), await .of(2, .yes), await .of(1, .no), await .of(2, .no),
        await .of(2, .yes),
      ])
      #expect(numbers?.tally == Tally(yes: 1, no: 1))
      // There and back again is no change.
      let (back, _) = try ledger.count([await .of(1, .yes), await .of(1, .no)])
      #expect(back == numbers)
      #expect(try ledger.choices(round: 1) == [1: .no, 2: .yes])
    }
  }

  @Test("a vote that is refused already is not counted", arguments: CountingStorage.tried)
  func refused(storage: CountingStorage) async throws {
    try await withLedger(in: storage) { ledger in
      try ledger.open()
      var refused = await Vote.of(1, .yes)
      refused.refusal = .otherRound
      let (numbers, votes) = try ledger.count([refused, await .of(2, .no)])
      #expect(numbers?.tally == Tally(no: 1))
      #expect(votes.map(\.refusal) == [.otherRound, nil])
    }
  }

  @Test("each ballot has a receipt of its own, and keeps it", arguments: CountingStorage.tried)
  func receipts(storage: CountingStorage) async throws {
    try await withLedger(in: storage) { ledger in
      try ledger.open(receipts: true)
      let first = try ledger.count([
        await .of(1, .yes, receipt: Self.one, isDrawnByPhone: true),
        await .of(2, .no, receipt: Self.one),
        await .of(3, .no, receipt: Self.one, isDrawnByPhone: true),
        await .of(4, .no), await .of(5, .no, receipt: Self.two),
      ])
      // Who has drawn it is told that another one has it; for the others another one is drawn.
      #expect(first.votes.map(\.refusal) == [nil, nil, .receiptTaken, nil, nil])
      #expect(first.votes[0].ballot.receipt == Self.one)
      #expect(first.votes[4].ballot.receipt == Self.two)
      let drawn = [first.votes[1], first.votes[3]].map(\.ballot.receipt)
      #expect(drawn.allSatisfy { $0 != nil && $0 != Self.one })
      #expect(first.numbers?.tally == Tally(yes: 1, no: 3))
      let second = try ledger.count([
        await .of(1, .no, receipt: Self.two, isDrawnByPhone: true), await .of(2, .no),
        await .of(3, .yes, receipt: Self.two, isDrawnByPhone: true),
        await .of(6, .yes, receipt: Self.two),
      ])
      #expect(second.votes.map(\.refusal) == [nil, nil, .receiptTaken, nil])
      #expect(second.votes[0].ballot.receipt == Self.one)
      #expect(second.votes[1].ballot.receipt == drawn[0])
      let kept6 = second.votes[3].ballot.receipt
      #expect(kept6 != nil && kept6 != Self.two)
      let ballots = try ledger.ballots(round: 1)
      #expect(ballots.count == 5)
      #expect(ballots[1] == Ballot(voter: 1, choice: .no, receipt: Self.one))
      #expect(ballots[6]?.receipt == kept6)
      #expect(Set(ballots.values.map(\.receipt)).count == 5)
    }
  }

  @Test("where the round gives no receipts, no ballot has one", arguments: CountingStorage.tried)
  func noReceipts(storage: CountingStorage) async throws {
    try await withLedger(in: storage) { ledger in
      try ledger.open()
      let (_, votes) = try ledger.count([await .of(1, .yes, receipt: Self.one)])
      #expect(votes[0].ballot.receipt == nil)
      #expect(try ledger.ballots(round: 1)[1]?.receipt == nil)
    }
  }

  @Test("thousands of votes are counted at once", arguments: CountingStorage.tried)
  func many(storage: CountingStorage) async throws {
    try await withLedger(in: storage) { ledger in
      try ledger.open(receipts: true)
      var votes: [Vote] = []
      for voter in 1...12_000 { votes.append(await .of(voter, voter % 3 == 0 ? .no : .yes)) }
      let (numbers, counted) = try ledger.count(votes)
      #expect(numbers?.tally == Tally(yes: 8_000, no: 4_000))
      #expect(Set(counted.map(\.ballot.receipt)).count == 12_000)
      let ballots = try ledger.ballots(round: 1)
      #expect(ballots.count == 12_000)
      #expect(counted.allSatisfy { ballots[$0.ballot.voter] == $0.ballot })
      #expect(try ledger.ballots(of: Array(5_000...11_000), round: 1).count == 6_001)
    }
  }

  @Test("rounds have ballots of their own; past ones keep theirs", arguments: CountingStorage.tried)
  func rounds(storage: CountingStorage) async throws {
    try await withLedger(in: storage) { ledger in
      try ledger.open()
      _ = try ledger.count([await .of(1, .yes), await .of(2, .no)])
      try ledger.take(.again)
      let (numbers, _) = try ledger.count([await .of(1, .no)])
      #expect(numbers?.tally == Tally(no: 1))
      try ledger.take(.again)
      let contents = try ledger.start(.one)
      ledger.cancelStep()
      #expect(contents.tallies[1] == Tally(yes: 1, no: 1))
      #expect(contents.tallies[2] == Tally(no: 1))
      #expect(contents.tallies[3] ?? Tally() == Tally())
      #expect(contents.room.rounds.map(\.number) == [1, 2, 3])
      #expect(try ledger.choices(round: 1) == [1: .yes, 2: .no])
    }
  }

  @Test("a round's record and its newest fingerprint are found", arguments: CountingStorage.tried)
  func record(storage: CountingStorage) async throws {
    try await withLedger(in: storage) { ledger in
      try ledger.open()
      try ledger.take(.close)
      try ledger.take(.say("Soon."))
      #expect(try ledger.record(round: 1).map(\.kind) == [.opened, .closed])
      #expect(try ledger.fingerprint(round: 1) == nil)
      let old = try ledger.start(.one).room
      var new = old
      let entries = try new.apply(.open, tally: Tally(), at: 6_000)
      let fingerprints = ["a: 1\n", "b: ü\n\n", "c: 3"].enumerated().map {
        Fingerprint(round: $0 == 1 ? 2 : 1, text: $1)
      }
      _ = try ledger.write(
        StepBatch(
          step: StepChanges(from: old, to: new, entries: entries, fingerprints: fingerprints),
          isNews: true))
      #expect(try ledger.fingerprint(round: 1) == fingerprints[2])
      #expect(try ledger.fingerprint(round: 2) == fingerprints[1])
      let contents = try ledger.start(.one)
      ledger.cancelStep()
      #expect(contents.record.map(\.kind) == [.opened, .closed, .said, .reopened])
    }
  }

  @Test("the host's key is replaced, and a probe changes nothing", arguments: CountingStorage.tried)
  func key(storage: CountingStorage) async throws {
    try await withLedger(in: storage) { ledger in
      let before = try ledger.start(.one)
      _ = try ledger.write(StepBatch(deskKey: 5))
      let sequence = try ledger.write(StepBatch())
      let after = try ledger.start(.one)
      ledger.cancelStep()
      #expect(after.deskKey == 5 && before.deskKey != 5 && before.deskKey != 0)
      #expect(sequence == after.counters.sequence)
      #expect(after.room == before.room)
      #expect(ledger.secret != 0 && ledger.secret != before.deskKey)
    }
  }
}
