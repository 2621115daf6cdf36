import Foundation
import Testing

@testable import Voting

@Suite("A ledger in a file")
struct SQLiteLedgerTests {
  @Test("a server that starts again goes on where it stopped")
  func restart() async throws {
    let directory = try TemporaryDirectory()
    let first = try Hall(.sqlite, in: directory)
    let key = try #require(try await first.box.cast(.yes).newKey)
    _ = try await first.box.cast(.no)
    let closed = try await first.box.take(.close)
    await first.box.finish()

    let second = try Hall(.sqlite, in: directory)
    let snapshot = second.box.snapshot
    #expect(snapshot.round == closed.round)
    #expect(snapshot.tally == Tally(yes: 1, no: 1))
    #expect(snapshot.sequence > closed.sequence)
    #expect(await second.box.ballot(of: key)?.choice == .yes)
    try await second.box.take(.open)
    _ = try await second.box.cast(.no, key: key)
    #expect(second.box.snapshot.tally == Tally(no: 2))
    #expect(second.box.issueKey() != key)
  }

  @Test("another question keeps the old round, and its words as they are")
  func anotherQuestion() async throws {
    let directory = try TemporaryDirectory()
    let first = try Hall(.sqlite, in: directory)
    _ = try await first.box.cast(.yes)
    await first.box.finish()

    let second = try Hall(.sqlite, in: directory)
    try await second.box.perform(
      .ask(Question("Will it snow?\0 'Ja'"), isHidden: false, isDraft: false))
    #expect(second.box.snapshot.round?.number == 2)
    #expect(second.box.counts.map(\.tally) == [Tally(yes: 1), Tally()])
    #expect(second.box.counts[0].round.closedSeconds == 1_800_000_000)
    await second.box.finish()
    let third = try Hall(.sqlite, in: directory)
    #expect(third.box.snapshot.round == second.box.snapshot.round)
  }

  @Test("what is acknowledged is in the file when the power fails")
  func durable() async throws {
    let room = try Hall(.sqlite)
    var keys: [BallotKey] = []
    for _ in 1...20 { keys.append(try #require(try await room.box.cast(.yes).newKey)) }
    _ = try await room.box.cast(.no, key: keys[0])
    let directory = try room.directory.afterCrash()
    #expect(try Recount(path: directory.file).counts == room.box.counts)

    let after = try Hall(.sqlite, in: directory)
    #expect(after.box.snapshot.tally == Tally(yes: 19, no: 1))
    #expect(after.box.snapshot.sequence > room.box.snapshot.sequence)
    #expect(await after.box.ballot(of: keys[0])?.choice == .no)
    let numbers = keys.map(\.number)
    #expect(!numbers.contains(after.box.issueKey().number))
  }

  @Test("ballots that are added together are each there once, however many they are")
  func together() throws {
    let directory = try TemporaryDirectory()
    let ledger = try SQLiteLedger(path: directory.file)
    for round in 1...3 * LedgerStatements.maxBallotsPerStatement {
      let ballots = (1...round).map { Ballot(voter: $0, choice: $0 % 3 == 0 ? .no : .yes) }
      try ledger.add(ballots, round: round)
      #expect(try ledger.counts()[round - 1].tally == Tally(yes: round - round / 3, no: round / 3))
      let choices = try ledger.choices(round: round)
      #expect(choices.count == round)
      for ballot in ballots { #expect(choices[ballot.voter] == ballot.choice) }
    }
  }

  @Test("a ballot is not added where its voter has one, and then none is")
  func taken() throws {
    let directory = try TemporaryDirectory()
    let ledger = try SQLiteLedger(path: directory.file)
    func add(_ voters: ClosedRange<Int>, _ choice: Choice) throws(LedgerError) {
      try ledger.add(voters.map { Ballot(voter: $0, choice: choice) }, round: 1)
    }
    try add(20...20, .yes)
    for voters in [5...20, 4...20, 1...40, 20...20] {
      #expect(throws: LedgerError.self) { try add(voters, .no) }
      #expect(try ledger.counts().map(\.tally) == [Tally(yes: 1)])
    }
    try add(21...30, .no)
    #expect(try ledger.counts().map(\.tally) == [Tally(yes: 1, no: 10)])
  }

  @Test("two servers never share a file, by whatever name they call it")
  func oneServer() throws {
    let directory = try TemporaryDirectory()
    let alias = directory.path + "/alias.sqlite"
    try FileManager.default.createSymbolicLink(
      atPath: alias, withDestinationPath: directory.file)
    var ledger: SQLiteLedger? = try SQLiteLedger(path: directory.file)
    for path in [directory.file, alias] {
      #expect(throws: LedgerError.inUse(path: path)) { try SQLiteLedger(path: path) }
    }
    #expect(ledger != nil)
    ledger = nil
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).count == 2)
    _ = try SQLiteLedger(path: alias)
  }

  @Test("a ledger of an older schema is brought up to date, one of a newer schema left alone")
  func schemas() throws {
    let directory = try TemporaryDirectory()
    _ = try SQLiteLedger(path: directory.file)
    let later = Schema.migrations + ["CREATE TABLE notes (note TEXT);"]
    let older = LedgerError.older(path: directory.file, version: Schema.migrations.count)
    #expect(throws: older) {
      try Recount(path: directory.file, versions: later.count...later.count)
    }
    let secret = try SQLiteLedger(path: directory.file).secret
    let updated = try SQLiteLedger(
      path: directory.file, busyTimeout: .zero, migrations: later
    ).secret
    #expect(updated == secret)
    // What going back needs.
    let copy = try TemporaryDirectory()
    try FileManager.default.moveItem(
      atPath: "\(directory.file)-version-\(Schema.migrations.count)", toPath: copy.file)
    #expect(try SQLiteLedger(path: copy.file).secret == secret)
    let newer = LedgerError.newer(path: directory.file, version: later.count)
    try expectUntouched(directory, newer) { try SQLiteLedger(path: directory.file) }
    #expect(throws: newer) { try Recount(path: directory.file) }
  }

  @Test("a migration that fails leaves the file at its old version")
  func failedMigration() throws {
    let directory = try TemporaryDirectory()
    _ = try SQLiteLedger(path: directory.file)
    let wrong = Schema.migrations + ["CREATE TABLE notes (note TEXT); SELECT nothing;"]
    #expect(throws: LedgerError.self) {
      try SQLiteLedger(path: directory.file, busyTimeout: .zero, migrations: wrong)
    }
    #expect(try SQLiteLedger(path: directory.file).counts().isEmpty)
  }

  @Test("the log beside the file stays small however many transactions there are")
  func boundedLog() throws {
    let directory = try TemporaryDirectory()
    let ledger = try SQLiteLedger(path: directory.file)
    // Numbers far apart, so that a transaction touches many pages: some 40 MB in all.
    for transaction in 1...100 {
      let ballots = (1...300).map { voter in
        let number = (transaction * 300 + voter) * 0x9e37_79b9 % 0x1_0000_0000
        return Ballot(voter: number, choice: .yes)
      }
      try ledger.add(ballots, round: 1)
    }
    let attributes = try FileManager.default.attributesOfItem(atPath: directory.file + "-wal")
    #expect(try #require(attributes[.size] as? Int) < 6_000_000)
  }
}

/// Expects the error, one line for a person, and every byte of the database as it was.
func expectUntouched<Value>(
  _ directory: TemporaryDirectory, _ error: LedgerError, _ open: () throws -> Value,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let before = try Data(contentsOf: URL(filePath: directory.file))
  #expect(throws: error, sourceLocation: sourceLocation) { _ = try open() }
  #expect(
    try Data(contentsOf: URL(filePath: directory.file)) == before, sourceLocation: sourceLocation)
  #expect(
    try FileManager.default.contentsOfDirectory(atPath: directory.path)
      .filter { $0 != "votes.sqlite-lock" } == ["votes.sqlite"],
    sourceLocation: sourceLocation)
}
