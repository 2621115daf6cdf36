import Foundation
import TestSupport
import Testing
import Valkey

@testable import Voting

@Suite("Moving an evening from one ledger to another")
struct ArchiveTests {
  /// What a room has after an hour: rounds with all that a round can have, one that is open, a draft's
  /// rest in the list, codes, an announcement. The server has stopped.
  static func evening() async throws -> (directory: TemporaryDirectory, voters: [BallotKey]) {
    let hall = try Hall(.sqlite)
    let box = hall.box
    func cast(_ choice: Choice, _ key: BallotKey? = nil) async throws -> BallotKey {
      let newKey = try await box.cast(choice, key: key).newKey
      return try #require(newKey ?? key)
    }
    try await box.perform(
      .ask(
        Question("Fee?", abstainLabel: "Neither", rule: .simple, chairDecides: true),
        isHidden: true, isDraft: false))
    for choice in [Choice.yes, .no, .yes, .no, .abstain] { _ = try await cast(choice) }
    try await box.perform(.close)
    try await box.perform(.numbers(.init(present: 9, byHand: [.yes: 1, .no: 1])))
    try await box.perform(.chair(casts: .no))
    try await box.perform(.reveal())
    try await box.perform(
      .prepare([Question("Tea?"), Question("\"Müsli\" \\ 🥣 'or' 麦?")], from: 7))
    try await box.perform(.codes(count: 12, replaces: false))
    try await box.perform(.say("Back at 8\u{2028}…"))
    try await box.perform(.next)
    try await box.perform(.open)
    var voters: [BallotKey] = []
    for choice in [Choice.yes, .no, .yes] { voters.append(try await cast(choice)) }
    await box.finish()
    return (hall.directory, voters)
  }

  // MARK: Files

  @Test("an evening in a new file is the same evening, down to its last line")
  func file() async throws {
    let (directory, _) = try await Self.evening()
    let archive = try LedgerArchive(database: directory.file)
    #expect(archive.room.rounds.count == 3)
    #expect(archive.ballots.mapValues(\.count) == [1: 0, 2: 5, 3: 3])
    #expect(archive.fingerprints.count >= 2)
    #expect(archive.record.count > 8)
    let copy = directory.path + "/copy.sqlite"
    try archive.write(newDatabase: copy)
    #expect(try LedgerArchive(database: copy) == archive)
    let recount = try Recount(path: copy)
    #expect(recount.inconsistencies == [])
    #expect(recount.counts == (try directory.recount()).counts)
    let files = try FileManager.default.contentsOfDirectory(atPath: directory.path)
    #expect(files.filter { $0.hasPrefix("copy") } == ["copy.sqlite"])
    let attributes = try FileManager.default.attributesOfItem(atPath: copy)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test("a server goes on with a file that was moved, and knows its voters and its host")
  func goesOn() async throws {
    let (directory, voters) = try await Self.evening()
    let archive = try LedgerArchive(database: directory.file)
    let moved = try TemporaryDirectory()
    try archive.write(newDatabase: moved.file)
    let hall = try Hall(.sqlite, in: moved)
    #expect(hall.box.deskKey == archive.deskKey)
    #expect(hall.box.snapshot.sequence >= archive.sequence)
    #expect(hall.box.snapshot.tally == Tally(yes: 2, no: 1))
    _ = try await hall.box.cast(.no, key: voters[0])
    #expect(hall.box.snapshot.tally == Tally(yes: 1, no: 2))
    try await hall.box.perform(.close)
    await hall.box.finish()
    #expect(try moved.recount().inconsistencies == [])
  }

  @Test("a file is not read while a server has it, and not written where there is one")
  func files() async throws {
    let (directory, _) = try await Self.evening()
    let archive = try LedgerArchive(database: directory.file)
    #expect(throws: LedgerError.exists(path: directory.file)) {
      try archive.write(newDatabase: directory.file)
    }
    let ledger = try SQLiteLedger(path: directory.file)
    #expect(throws: LedgerError.inUse(path: directory.file)) {
      _ = try LedgerArchive(database: directory.file)
    }
    withExtendedLifetime(ledger) {}
    let other = try TemporaryDirectory()
    try Data("log".utf8).write(to: URL(filePath: other.file + "-wal"))
    #expect(throws: LedgerError.logAlone(path: other.file)) {
      try archive.write(newDatabase: other.file)
    }
    #expect(throws: LedgerError.missing(path: "/no/such/file")) {
      _ = try LedgerArchive(database: "/no/such/file")
    }
    #expect(throws: LedgerError.self) { try archive.write(newDatabase: "/no/such/folder/file") }
  }

  @Test("what is left of one who was ended before goes, and what is wrong with a file is not moved")
  func leftovers() async throws {
    let (directory, _) = try await Self.evening()
    let archive = try LedgerArchive(database: directory.file)
    let copy = directory.path + "/copy.sqlite"
    for suffix in ["-unfinished", "-unfinished-wal"] {
      try Data("half".utf8).write(to: URL(filePath: copy + suffix))
    }
    try archive.write(newDatabase: copy)
    #expect(try LedgerArchive(database: copy) == archive)
    let connection = try Connection(copy, file: copy, .readWrite, busyTimeout: .zero)
    try connection.execute("UPDATE ballots SET answer = 1 WHERE answer = 2")
    let error = #expect(throws: LedgerError.self) { _ = try LedgerArchive(database: copy) }
    #expect(error?.description.contains("does not agree with itself") == true)
  }

  // MARK: Stores

  @Test(
    "an evening goes into a store and home again, and nothing of it is lost",
    .enabled(if: StoreProcess.isTried, Comment(rawValue: StoreProcess.absence)))
  func roundTrip() async throws {
    let (directory, voters) = try await Self.evening()
    let store = try await StoreProcess()
    let archive = try LedgerArchive(database: directory.file)
    try archive.write(newStore: store.url)
    #expect(try LedgerArchive(store: store.url) == archive)
    let recount = try Recount(store: store.url)
    #expect(recount.inconsistencies == [])
    #expect(recount.counts == (try directory.recount()).counts)

    // It goes on there.
    let hall = try Hall(.memory)
    let box = try BallotBox(
      ledger: try ValkeyLedger(store.url, name: "test", patience: StoreProcess.patience),
      executor: hall.executor, question: nil, now: { Hall.milliseconds }
    )
    #expect(box.deskKey == archive.deskKey)
    _ = try await box.cast(.no, key: voters[0])
    #expect(box.snapshot.tally == Tally(yes: 1, no: 2))
    try await box.perform(.close)
    await box.finish()

    let home = directory.path + "/home.sqlite"
    let later = try LedgerArchive(store: store.url)
    try later.write(newDatabase: home)
    #expect(try LedgerArchive(database: home) == later)
    #expect(later.secret == archive.secret)
    #expect(later.record.starts(with: archive.record))
    #expect(later.ballots[3]?[voters[0].number]?.choice == .no)
    #expect(later.fingerprints.count == archive.fingerprints.count + 1)
    #expect(try Recount(path: home).inconsistencies == [])
  }

  @Test(
    "a store is not read while a server counts there, and not written unless it is empty",
    .enabled(if: StoreProcess.isTried, Comment(rawValue: StoreProcess.absence)))
  func stores() async throws {
    let (directory, _) = try await Self.evening()
    let store = try await StoreProcess()
    #expect(fault { _ = try LedgerArchive(store: store.url) } == .nothing)
    let archive = try LedgerArchive(database: directory.file)
    try archive.write(newStore: store.url)
    #expect(fault { try archive.write(newStore: store.url) } == .notEmpty)
    let ledger = try store.ledger()
    _ = try ledger.look(Instance(id: "a", name: "hall:3000"))
    #expect(fault { _ = try LedgerArchive(store: store.url) } == .inUse(servers: 1))
    #expect(try Recount(store: store.url).inconsistencies == [])

    var other = store.url
    other.database = 1
    let connection = try ValkeyConnection(to: other, name: "hand")
    _ = try connection.run(Command("SET", "somebody's", "1"))
    #expect(fault { try archive.write(newStore: other) } == .notEmpty)
    #expect(try connection.run(Command("DBSIZE")).number == 1)
  }

  @Test(
    "somebody who was ended while writing into a store is cleared away by the next one",
    .enabled(if: StoreProcess.isTried, Comment(rawValue: StoreProcess.absence)))
  func endedWhileWriting() async throws {
    let (directory, _) = try await Self.evening()
    let store = try await StoreProcess()
    let archive = try LedgerArchive(database: directory.file)
    let link = try StoreConnection(asking: store.url, .strict)
    let writing = StoreWriting(link)
    try writing.begin()
    _ = try writing.writeParts(of: archive)
    // While it writes nobody else does, and no server counts there.
    #expect(fault { try archive.write(newStore: store.url) } == .busy)
    #expect(fault { _ = try store.ledger() } == .foreign)
    try store.run("DEL", "{show}:import")
    try archive.write(newStore: store.url)
    #expect(try LedgerArchive(store: store.url) == archive)
    // The first one has lost its lock.
    #expect(fault { try writing.publish([], meta: ["format", "1"]) } == .late)
    let keys = try store.run("KEYS", "*").items ?? []
    #expect(keys.allSatisfy { $0.text?.contains("import") == false })
  }

  @Test(
    "what somebody changed by hand in a store is found where something else says otherwise",
    .enabled(if: StoreProcess.isTried, Comment(rawValue: StoreProcess.absence)))
  func recountOfStore() async throws {
    let (directory, voters) = try await Self.evening()
    let archive = try LedgerArchive(database: directory.file)
    let store = try await StoreProcess()
    let voter = "\(voters[0].number)"
    let abstainer = "\(try #require(archive.ballots[2]?.first { $0.value.choice == .abstain }).key)"
    let changes: [([String], Inconsistency)] = [
      (["HSET", "{show}:round:3", "yes", "9"], .numbersDiffer(round: 3)),
      (["HDEL", "{show}:ballots:3", voter], .numbersDiffer(round: 3)),
      (["HSET", "{show}:ballots:3", voter, "7"], .ballotsWithoutChoice(1)),
      (["HSET", "{show}:ballots:3", voter, "2"], .ballotsWithoutChoice(1)),
      (["HSET", "{show}:ballots:3", voter, "0"], .receiptsMissing(round: 3, 1)),
      (["HSET", "{show}:ballots:2", abstainer, "1:2222222"], .fingerprintDiffers(2)),
      (["HSET", "{show}:ballots:8", "5", "1"], .ballotsWithoutRound(1)),
      (["HSET", "{show}:ballots:3", "-5", "1"], .ballotsNeverIssued(1)),
      (["DEL", "{show}:receipts:3"], .receiptsDiffer(round: 3)),
      (["HSET", "{show}:meta", "counted", "2"], .countedTooFew),
      (["HSET", "{show}:meta", "open", "2"], .takesVotesElsewhere),
      (["RPUSH", "{show}:record", "7 sung"], .unknownLines(1)),
      (["LSET", "{show}:fingerprints", "0", "2 00\nround 2"], .fingerprintWrong(2)),
      (
        ["LREM", "{show}:record", "0", try recordLine(of: archive, round: 2)],
        .fingerprintDiffers(2)
      ),
    ]
    for (words, expected) in changes {
      try store.run("FLUSHALL")
      try archive.write(newStore: store.url)
      _ = try ValkeyConnection(to: store.url, name: "hand").run(Command(words))
      let found = try Recount(store: store.url).inconsistencies
      #expect(found.contains(expected), "\(words): \(found)")
      guard case .unsound? = fault({ _ = try LedgerArchive(store: store.url) }) else {
        Issue.record("\(words) is moved all the same")
        continue
      }
    }
  }

  private func recordLine(of archive: LedgerArchive, round: Int) throws -> String {
    try #require(archive.record.first { $0.round == round && $0.kind == .closed }).stored
  }

  private func fault(_ body: () throws -> Void) -> StoreFault? {
    do {
      try body()
      return nil
    } catch LedgerError.store(_, let fault) {
      return fault
    } catch {
      Issue.record(error)
      return nil
    }
  }
}
