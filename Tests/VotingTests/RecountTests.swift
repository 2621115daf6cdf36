import EventLoop
import Foundation
import TestSupport
import Testing

@testable import Voting

@Suite("Recount")
struct RecountTests {
  @Test("a recount agrees with the box, also while it takes votes")
  func live() async throws {
    let room = try Hall(.sqlite)
    for answer in [Choice.yes, .no, .yes] { _ = try await room.box.cast(answer) }
    try await room.box.take(.again)
    _ = try await room.box.cast(.no)
    for _ in 1...2 {
      let recount = try Recount(path: room.directory.file)
      #expect(recount.counts == room.box.counts)
      #expect(recount.counts.map(\.tally) == [Tally(yes: 2, no: 1), Tally(no: 1)])
      #expect(recount.inconsistencies.isEmpty)
      await room.box.finish()
    }
  }

  @Test("a recount in the midst of votes sees a whole number of transactions")
  func midst() async throws {
    let room = try Hall(.sqlite)
    try await withThrowingTaskGroup { group in
      for _ in 0..<8 {
        group.addTask { for _ in 0..<100 { _ = try await room.box.cast(.yes) } }
      }
      for _ in 0..<5 {
        let acknowledged = room.box.snapshot.tally
        let recount = try Recount(path: room.directory.file)
        #expect(recount.inconsistencies.isEmpty)
        #expect(recount.counts[0].tally.yes >= acknowledged.yes)
      }
      try await group.waitForAll()
    }
    #expect(try Recount(path: room.directory.file).counts == room.box.counts)
  }

  @Test(
    "whoever changes the file behind the server's back is found out",
    arguments: [
      ("INSERT INTO ballots VALUES (7, 1, 1, NULL)", .ballotsWithoutRound(1)),
      ("INSERT INTO ballots VALUES (1, 0, 0, NULL)", .ballotsNeverIssued(1)),
      ("INSERT INTO ballots VALUES (1, 9223372036854775807, 1, NULL)", .ballotsNeverIssued(1)),
      (
        "UPDATE ballots SET answer = 0 WHERE round = 2",
        .published(Tally(yes: 1), counted: Tally(no: 1))
      ),
      ("DELETE FROM ballots WHERE round = 2", .published(Tally(yes: 1), counted: Tally())),
      ("UPDATE rounds SET closed = NULL", .openRound(1)),
      (
        "PRAGMA ignore_check_constraints = ON; UPDATE ballots SET answer = 2 WHERE round = 1",
        .ballotsWithoutChoice(1)
      ),
    ] as [(String, Inconsistency)])
  func tampered(sql: String, inconsistency: Inconsistency) async throws {
    let room = try Hall(.sqlite)
    _ = try await room.box.cast(.yes)
    try await room.box.take(.again)
    _ = try await room.box.cast(.yes)
    await room.box.finish()
    #expect(try Recount(path: room.directory.file).inconsistencies.isEmpty)
    try Connection(room.directory.file, .readWrite, busyTimeout: .zero).execute(sql)
    let found = try Recount(path: room.directory.file).inconsistencies
    #expect(found.contains(inconsistency), "\(found)")
    #expect(!inconsistency.description.isEmpty)
  }
}

@Suite("Recount where nothing may be written")
struct ReadOnlyRecountTests {
  @Test(
    "a file is read under whatever name its folder and it have",
    arguments: [
      "投票 2026", "é ü", "50 % ? & #", "it's \"so\"", "\u{202E}x", "a%41;b=c", "\u{1F5F3}",
    ])
  func anyName(name: String) async throws {
    let directory = try TemporaryDirectory()
    let folder = "\(directory.path)/\(name)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let path = "\(folder)/\(name).sqlite"
    let box = try BallotBox(
      ledger: LocalLedger(try SQLiteLedger(path: path)), executor: QueueExecutor(),
      question: Hall.question, clock: LoopClock.manual(ManualClock()))
    _ = try await box.cast(.yes)
    #expect(try Recount(path: path).counts == box.counts)
    await box.finish()
    // Nobody has it open any more.
    #expect(try Recount(path: path).counts.map(\.tally) == [Tally(yes: 1)])
    try LedgerArchive(database: path).write(newDatabase: "\(folder)/\(name) too")
    #expect(try Recount(path: "\(folder)/\(name) too").inconsistencies.isEmpty)
  }

  @Test("a file that is not there is said to be missing")
  func missing() throws {
    let directory = try TemporaryDirectory()
    for path in [directory.file, directory.path + "/nowhere/votes.sqlite"] {
      #expect(throws: LedgerError.missing(path: path)) { try Recount(path: path) }
    }
    let alias = directory.path + "/alias"
    try FileManager.default.createSymbolicLink(atPath: alias, withDestinationPath: directory.file)
    #expect(throws: LedgerError.missing(path: alias)) { try Recount(path: alias) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["alias"])
  }

  @Test(
    "in a folder that may only be read, every vote is counted and nothing changed",
    arguments: [[""], ["", "-wal"], ["", "-wal", "-shm"]])
  func readOnlyFolder(files: [String]) async throws {
    // In a process of its own, which gives up the right to write anywhere.
    await #expect(processExitsWith: .success) { [files] in
      let room = try Hall(.sqlite)
      for answer in [Choice.yes, .no, .yes] { _ = try await room.box.cast(answer) }
      if files == [""] { await room.box.finish() }
      let directory = try TemporaryDirectory()
      for suffix in files {
        try FileManager.default.copyItem(
          atPath: room.directory.file + suffix, toPath: directory.file + suffix)
        unsafe chmod(directory.file + suffix, 0o444)
      }
      unsafe chmod(directory.path, 0o555)
      let before = try contents(of: directory)
      if geteuid() == 0, setuid(65_534) != 0 { exit(EXIT_FAILURE) }
      let recount = try Recount(path: directory.file)
      guard recount.counts.map(\.tally) == [Tally(yes: 2, no: 1)],
        recount.inconsistencies.isEmpty, try contents(of: directory) == before
      else { _exit(EXIT_FAILURE) }
      // At once: the Leak Sanitizer cannot stop the threads of a process that is another user's, and
      // takes what they hold for lost.
      _exit(EXIT_SUCCESS)
    }
  }

  @Test("a copy without its log is recognised there too")
  func readOnlyCopy() async throws {
    await #expect(processExitsWith: .success) {
      let room = try Hall(.sqlite)
      for answer in [Choice.yes, .no] { _ = try await room.box.cast(answer) }
      let directory = try room.directory.copy()
      unsafe chmod(directory.file, 0o444)
      unsafe chmod(directory.path, 0o555)
      if geteuid() == 0, setuid(65_534) != 0 { exit(EXIT_FAILURE) }
      let recount = try Recount(path: directory.file)
      // At once, as above.
      _exit(recount.inconsistencies == [.logMissing] ? EXIT_SUCCESS : EXIT_FAILURE)
    }
  }
}

private func contents(of directory: TemporaryDirectory) throws -> [String: Data] {
  let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
  return try names.reduce(into: [:]) {
    $0[$1] = try Data(contentsOf: URL(filePath: directory.path + "/" + $1))
  }
}
