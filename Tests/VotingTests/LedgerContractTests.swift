import Testing

@testable import Voting

/// What every ledger does, whatever it keeps its contents in.
@Suite("The contract of a ledger")
struct LedgerContractTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func ledger(_ storage: Storage) throws -> any LedgerStorage {
    try Hall.ledger(storage, in: directory)
  }

  private func step(_ steps: Step..., of ledger: any LedgerStorage) throws -> LedgerBatch {
    let old = try ledger.contents().room
    var new = old
    var entries: [RecordEntry] = []
    for step in steps { entries += try new.apply(step, tally: Tally(), at: 5_000) }
    var batch = LedgerBatch()
    batch.step = StepChanges(from: old, to: new, entries: entries)
    return batch
  }

  private static let ask = Step.ask(
    Question("Tea?", yesLabel: "Ja", noLabel: "Nein", abstainLabel: "Weiß nicht"), isHidden: true,
    isDraft: false, preset: .talk)

  @Test("a new ledger holds nothing but its keys", arguments: Storage.allCases)
  func empty(storage: Storage) throws {
    let ledger = try ledger(storage)
    let contents = try ledger.contents()
    #expect(contents.room == Room())
    #expect(contents.counters == Counters())
    #expect(contents.tallies.isEmpty && contents.record.isEmpty)
    #expect(contents.deskKey != 0 && ledger.secret != 0 && contents.deskKey != ledger.secret)
    #expect(try ledger.choices(round: 1).isEmpty)
  }

  @Test("the room is kept as it is, every part of it", arguments: Storage.allCases)
  func room(storage: Storage) throws {
    let ledger = try ledger(storage)
    let tea = Question(
      "Tea?\0", yesLabel: "A", noLabel: "B", rule: .simple, chairDecides: true)
    let here = Question("Here?", isRollCall: true)
    let numbers = Step.NumbersEdit(present: 5, entitled: 7, byHand: [.yes: 1])
    let batches: [[Step]] = [
      [Self.ask, .countdown(.start(seconds: 60))], [.close], [.reveal()], [.hide],
      [
        .prepare([tea, Question("Milk?", abstainLabel: "None")]), .next, .say("Soon."),
        .stage(.join),
      ],
      [.undo], [.next, .next, .open, .show(round: 1), .address("http://a/")],
      [.undo, .edit(.init(text: "Other?"))], [.prepare([]), .show(round: nil), .address(nil)],
      [
        .prepare([tea, here], from: .min),
        .ask(here, isHidden: false, isDraft: true, preset: .formal),
      ],
      [.open, .numbers(numbers), .close], [.ask(tea, isHidden: false, isDraft: false)],
      [.close, .chair(casts: .no)], [.chair(casts: .yes), .numbers(.init(entitled: .some(nil)))],
    ]
    var record: [RecordEntry] = []
    for steps in batches {
      let old = try ledger.contents().room
      var new = old
      var entries: [RecordEntry] = []
      for step in steps { entries += try new.apply(step, tally: Tally(), at: 5_000) }
      var batch = LedgerBatch()
      batch.step = StepChanges(from: old, to: new, entries: entries)
      try ledger.write(batch)
      record += entries
      #expect(try ledger.contents().room == new, "\(steps)")
      #expect(try ledger.contents().record == record)
    }
  }

  @Test("ballots are counted in their round, and move", arguments: Storage.allCases)
  func ballots(storage: Storage) throws {
    let ledger = try ledger(storage)
    try ledger.write(try step(Self.ask, of: ledger))
    var batch = LedgerBatch()
    batch.round = 1
    batch.added = zip(1..., Choice.allCases + [.yes, .yes]).map { Ballot(voter: $0, choice: $1) }
    batch.added[1].receipt = Receipt(number: Receipt.storedRange.upperBound)
    var counters = Counters()
    counters.sequence = 7
    counters.published = Tally(yes: 3, no: 1, abstain: 1)
    batch.counters = counters
    try ledger.write(batch)
    #expect(try ledger.contents().tallies == [1: Tally(yes: 3, no: 1, abstain: 1)])
    #expect(try ledger.contents().counters == counters)
    batch = LedgerBatch()
    batch.round = 1
    batch.moved = [Ballot(voter: 1, choice: .abstain), Ballot(voter: 3, choice: .no)]
    try ledger.write(batch)
    #expect(try ledger.contents().tallies == [1: Tally(yes: 2, no: 2, abstain: 1)])
    #expect(
      try ledger.choices(round: 1) == [1: .abstain, 2: .no, 3: .no, 4: .yes, 5: .yes])
    #expect(try ledger.ballots(round: 1)[2]?.receipt?.description == "ZZZZZZZ")
    #expect(try ledger.ballots(round: 1).values.count { $0.receipt == nil } == 4)
    #expect(try ledger.choices(round: 2).isEmpty)
  }

  @Test("a key is replaced", arguments: Storage.allCases)
  func key(storage: Storage) throws {
    let ledger = try ledger(storage)
    var batch = LedgerBatch()
    batch.deskKey = 5
    try ledger.write(batch)
    #expect(try ledger.contents().deskKey == 5)
  }

  @Test("the record is told to as many lines as a desk shows", arguments: Storage.allCases)
  func record(storage: Storage) throws {
    let ledger = try ledger(storage)
    for number in 1...LedgerContents.maxRecord + 5 {
      try ledger.write(try step(.say("\(number)"), of: ledger))
    }
    #expect(try ledger.contents().record.count == LedgerContents.maxRecord)
  }

  @Test("what a batch cannot do, none of it does")
  func whole() throws {
    let ledger = try ledger(.sqlite)
    try ledger.write(try step(Self.ask, of: ledger))
    let before = try ledger.contents()
    var batch = try step(.close, .say("Closed."), of: ledger)
    batch.round = 9
    batch.added = [Ballot(voter: 1, choice: .yes)]
    batch.deskKey = 1
    #expect(throws: LedgerError.self) { try ledger.write(batch) }
    #expect(try ledger.contents().room == before.room)
    #expect(try ledger.contents().deskKey == before.deskKey)
    #expect(try ledger.contents().record == before.record)
  }
}
