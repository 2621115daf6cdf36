import Foundation
import TestSupport
import Testing

@testable import Voting

@Suite("Files that cannot be a ledger")
struct UnusableFileTests {
  @Test(
    "another program's file is left alone",
    arguments: ["x", "SQLite format 3\0", "Dear diary,\n" + String(repeating: "rain ", count: 99)])
  func foreignText(text: String) throws {
    let directory = try TemporaryDirectory()
    try Data(text.utf8).write(to: URL(filePath: directory.file))
    let foreign = LedgerError.foreign(path: directory.file)
    try expectUntouched(directory, foreign) { try SQLiteLedger(path: directory.file) }
    #expect(throws: LedgerError.self) { try Recount(path: directory.file) }
  }

  @Test("another program's database is left alone")
  func foreignDatabase() throws {
    let directory = try TemporaryDirectory()
    try Connection(directory.file, .readWrite, busyTimeout: .zero)
      .execute("CREATE TABLE recipes (name TEXT)")
    let foreign = LedgerError.foreign(path: directory.file)
    try expectUntouched(directory, foreign) { try SQLiteLedger(path: directory.file) }
    #expect(throws: foreign) { try Recount(path: directory.file) }
  }

  @Test("a damaged ledger is left alone, and a recount says that it is damaged")
  func damaged() throws {
    let directory = try TemporaryDirectory()
    _ = try SQLiteLedger(path: directory.file)
    let file = try FileHandle(forUpdating: URL(filePath: directory.file))
    let size = try file.seekToEnd()
    try file.seek(toOffset: size - 4096)
    try file.write(contentsOf: Data(repeating: 0xA5, count: 4096))
    try file.close()
    let before = try Data(contentsOf: URL(filePath: directory.file))
    let error = #expect(throws: LedgerError.self) { try SQLiteLedger(path: directory.file) }
    guard case .corrupt = error else {
      Issue.record("\(String(describing: error)) is not about damage")
      return
    }
    #expect(try Data(contentsOf: URL(filePath: directory.file)) == before)
  }

  @Test("a directory that is not there is not made")
  func missingDirectory() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/nowhere/votes.sqlite"
    let missing = LedgerError.cannotOpen(path: path, reason: "No such file or directory")
    #expect(throws: missing) { try SQLiteLedger(path: path) }
    #expect(throws: LedgerError.self) { try Recount(path: directory.file) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
  }

  @Test("a directory is no ledger")
  func directory() throws {
    let directory = try TemporaryDirectory()
    #expect(throws: LedgerError.self) { try SQLiteLedger(path: directory.path) }
  }

  @Test("a read-only ledger is left alone", .enabled(if: geteuid() != 0, "root writes anywhere"))
  func readOnly() throws {
    let directory = try TemporaryDirectory()
    _ = try SQLiteLedger(path: directory.file)
    unsafe chmod(directory.file, 0o444)
    let readOnly = LedgerError.readOnly(path: directory.file)
    try expectUntouched(directory, readOnly) { try SQLiteLedger(path: directory.file) }
  }

  @Test("every error is one sentence that names the file and says what to do")
  func sentences() {
    let path = "votes.sqlite"
    let errors: [LedgerError] = [
      .cannotOpen(path: path, reason: "because"), .readOnly(path: path), .foreign(path: path),
      .corrupt(path: path, reason: "because"), .newer(path: path, version: 9),
      .older(path: path, version: 0), .inUse(path: path), .moved(path: path), .full(path: path),
      .busy(path: path), .failed(path: path, reason: "because"),
    ]
    #expect(LedgerError.oldLibrary(version: "3.34.1").description.contains("3.34.1"))
    for error in errors {
      #expect(error.description.contains(path))
      #expect(error.description.contains(": "))
      #expect(!error.description.contains("\n"))
    }
  }
}

@Suite("A disk that fails while people vote")
struct FailingDiskTests {
  @Test("a ledger without room keeps what it has and goes on when there is room")
  func full() throws {
    let directory = try TemporaryDirectory()
    let ledger = try SQLiteLedger(path: directory.file)
    try ledger.add([], round: 1)
    let pages = try ledger.connection.integer("PRAGMA page_count")
    try ledger.connection.execute("PRAGMA max_page_count = \(pages + 6)")

    var stored = 0
    func storeHundred() throws(LedgerError) {
      let voters = stored + 1...stored + 100
      try ledger.add(voters.map { Ballot(voter: $0, choice: .yes) }, round: 1)
      stored += 100
    }
    #expect(throws: LedgerError.full(path: directory.file)) {
      for _ in 1...100 { try storeHundred() }
    }
    #expect(stored > 0)
    #expect(try ledger.counts().map(\.tally) == [Tally(yes: stored)])
    try ledger.connection.execute("PRAGMA max_page_count = 100")
    try storeHundred()
    #expect(try ledger.counts().map(\.tally) == [Tally(yes: stored)])
  }

  @Test("a directory that is moved away takes no vote with it, and voting resumes when it is back")
  func moved() async throws {
    let room = try Hall(.sqlite)
    let key = try #require(try await room.box.cast(.yes).newKey)
    let before = room.box.snapshot
    let elsewhere = room.directory.path + "-elsewhere"
    try FileManager.default.moveItem(atPath: room.directory.path, toPath: elsewhere)
    let moved = LedgerError.moved(path: room.directory.file)
    #expect(await room.box.refusal(of: .no, key: key) == .storage(moved))
    #expect(room.box.snapshot == before)
    try FileManager.default.moveItem(atPath: elsewhere, toPath: room.directory.path)
    _ = try await room.box.cast(.no, key: key)
    #expect(room.box.snapshot.tally == Tally(no: 1))
    #expect(try Recount(path: room.directory.file).counts == room.box.counts)
  }

  @Test("a file that another program locks takes no vote until it lets go")
  func busy() async throws {
    let directory = try TemporaryDirectory()
    let box = try BallotBox(
      ledger: LocalLedger(
        SQLiteLedger(path: directory.file, busyTimeout: .milliseconds(1))),
      executor: QueueExecutor(), question: Hall.question)
    let other = try Connection(directory.file, .readWrite, busyTimeout: .zero)
    try other.execute("BEGIN IMMEDIATE")
    let busy = BallotBoxError.storage(.busy(path: directory.file))
    #expect(await box.refusal(of: .yes) == busy)
    #expect(box.snapshot.tally == Tally())
    try other.execute("ROLLBACK")
    _ = try await box.cast(.yes)
    #expect(box.snapshot.tally == Tally(yes: 1))
  }

  @Test("writes that the system refuses fail the votes in hand, and voting resumes after them")
  func refusedWrites() async throws {
    // In a process of its own, since the limit is the whole process's.
    await #expect(processExitsWith: .success) {
      signal(SIGXFSZ, SIG_IGN)
      let room = try Hall(.sqlite)
      let key = try #require(try await room.box.cast(.yes).newKey)
      let before = room.box.snapshot
      setFileSizeLimit(4096)
      for _ in 1...3 {
        do throws(VoteError) {
          _ = try await room.box.cast(.no, key: key)
          exit(EXIT_FAILURE)
        } catch {
          guard case .storage(.failed) = error.reason else { exit(EXIT_FAILURE) }
        }
      }
      guard room.box.snapshot == before, room.disk.faults.count == 1 else { exit(EXIT_FAILURE) }
      setFileSizeLimit(.max)
      _ = try await room.box.cast(.no, key: key)
      let recount = try Recount(path: room.directory.file)
      guard recount.counts.map(\.tally) == [Tally(no: 1)], recount.inconsistencies.isEmpty
      else { exit(EXIT_FAILURE) }
    }
  }

  @Test("where the log beside the file cannot grow, it starts over and voting goes on")
  func fullLog() async throws {
    await #expect(processExitsWith: .success) {
      signal(SIGXFSZ, SIG_IGN)
      let room = try Hall(.sqlite)
      setFileSizeLimit(100_000)
      var acknowledged = 0
      for _ in 1...200 {
        // A vote that the limit refuses is not counted, which is what the end looks at.
        if (try? await room.box.cast(.yes)) != nil { acknowledged += 1 }
      }
      let recount = try Recount(path: room.directory.file)
      guard acknowledged > 100, recount.counts.map(\.tally) == [Tally(yes: acknowledged)],
        recount.inconsistencies.isEmpty, room.box.counts == recount.counts
      else { exit(EXIT_FAILURE) }
    }
  }
}

/// How long a file of this process may grow, in bytes.
private func setFileSizeLimit(_ bytes: rlim_t) {
  #if canImport(Glibc)
    let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
  #else
    let resource = RLIMIT_FSIZE
  #endif
  var limit = rlimit()
  unsafe getrlimit(resource, &limit)
  limit.rlim_cur = min(bytes, limit.rlim_max)
  unsafe setrlimit(resource, &limit)
}
