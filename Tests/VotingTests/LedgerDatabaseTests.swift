import EventLoop
import Foundation
import TestSupport
import Testing

@testable import Voting

@Suite("Copies of a database that is in use")
struct DatabaseCopyTests {
  @Test(
    "a copy without its log is recognised, by a recount and by a server, and left as it is",
    arguments: [1, 2, 40])
  func withoutLog(votes: Int) async throws {
    let room = try Hall(.sqlite)
    for _ in 1...votes { _ = try await room.box.cast(.yes) }
    let copy = try room.directory.copy()
    let missing = LedgerError.logMissing(path: copy.file)
    try expectUntouched(copy, missing) { try SQLiteLedger(path: copy.file) }
    for _ in 1...2 {
      let recount = try Recount(path: copy.file)
      #expect(recount.inconsistencies == [.logMissing])
      #expect(recount.counts.count == 1)
      #expect(try FileManager.default.contentsOfDirectory(atPath: copy.path).count == 1)
    }
  }

  @Test("a copy without its log is recognised however often the log was moved into the file")
  func fullLogs() async throws {
    let directory = try TemporaryDirectory()
    let ledger = try SQLiteLedger(path: directory.file)
    try ledger.fill(transactions: 40)
    let stored = try ledger.counts()[0].tally
    let copy = try directory.copy()
    #expect(try Recount(path: copy.file).inconsistencies.contains(.logMissing))
    #expect(throws: LedgerError.logMissing(path: copy.file)) { try SQLiteLedger(path: copy.file) }
    let whole = try directory.copy("", "-wal")
    #expect(try SQLiteLedger(path: whole.file).counts()[0].tally == stored)
  }

  @Test("a copy is complete before the first vote, and again soon after the last one")
  func quiet() async throws {
    let clock = ManualClock()
    let room = try Hall(.sqlite, clock: .manual(clock))
    #expect(try room.directory.copy().recount().inconsistencies.isEmpty)
    for vote in 1...2 {
      _ = try await room.box.cast(.yes)
      try await eventually {
        clock.advance(by: BallotBox.upkeepInterval)
        // Not while the log is being moved into the file.
        let copy = try await room.box.undisturbed { try room.directory.copy() }
        let recount = try copy.recount()
        return recount.inconsistencies.isEmpty && recount.counts.map(\.tally.yes) == [vote]
      }
    }
    let copy = try Hall(.sqlite, in: room.directory.copy())
    #expect(copy.box.snapshot.tally == Tally(yes: 2))
  }

  @Test("what SQLite itself copies while people vote is complete")
  func backup() async throws {
    let room = try Hall(.sqlite)
    for _ in 1...3 { _ = try await room.box.cast(.yes) }
    let copy = try TemporaryDirectory()
    try Connection(room.directory.file, .readOnly, busyTimeout: .zero)
      .execute("VACUUM INTO '\(copy.file)'")
    let recount = try Recount(path: copy.file)
    #expect(recount.inconsistencies.isEmpty)
    #expect(recount.counts == room.box.counts)
    #expect(try Hall(.sqlite, in: copy).box.snapshot.tally == Tally(yes: 3))
  }

  @Test("a killed server's file is whole once another program has moved the log into it")
  func movedByOthers() async throws {
    let room = try Hall(.sqlite)
    for _ in 1...3 { _ = try await room.box.cast(.yes) }
    let killed = try room.directory.afterCrash()
    try Connection(killed.file, .readWrite, busyTimeout: .zero).execute("SELECT 1 FROM rounds")
    #expect(!FileManager.default.fileExists(atPath: killed.file + "-wal"))
    #expect(try Recount(path: killed.file).inconsistencies.isEmpty)
    #expect(try Hall(.sqlite, in: killed).box.snapshot.tally == Tally(yes: 3))
  }

  @Test("a log without its database is not thrown away")
  func logAlone() async throws {
    let room = try Hall(.sqlite)
    _ = try await room.box.cast(.yes)
    let copy = try room.directory.copy("-wal")
    let log = try Data(contentsOf: URL(filePath: copy.file + "-wal"))
    for _ in 1...2 {
      #expect(throws: LedgerError.logAlone(path: copy.file)) { try SQLiteLedger(path: copy.file) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: copy.path).count == 1)
    }
    try Data().write(to: URL(filePath: copy.file))
    #expect(throws: LedgerError.logAlone(path: copy.file)) { try SQLiteLedger(path: copy.file) }
    #expect(try Data(contentsOf: URL(filePath: copy.file + "-wal")) == log)
  }

  @Test("a database of the first version is counted as it is, and brought up to date by a server")
  func firstVersion() async throws {
    let directory = try TemporaryDirectory()
    try Connection(directory.file, .readWrite, busyTimeout: .zero).execute(
      """
      PRAGMA journal_mode = WAL;
      \(Schema.migrations[0])
      PRAGMA application_id = \(Schema.applicationID);
      PRAGMA user_version = 1;
      INSERT INTO counters VALUES (1, '0123456789abcdef0123456789abcdef', 100, 7, 1, 0);
      INSERT INTO rounds VALUES (1, '\(Hall.question.text)', 'Yes', 'No', 1, NULL);
      INSERT INTO ballots VALUES (1, 5, 1);
      """)
    let recount = try Recount(path: directory.file)
    #expect(recount.inconsistencies.isEmpty)
    #expect(recount.counts.map(\.tally) == [Tally(yes: 1)])
    let room = try Hall(.sqlite, in: directory)
    _ = try await room.box.cast(.no)
    #expect(room.box.snapshot.tally == Tally(yes: 1, no: 1))
    #expect(try directory.copy().recount().inconsistencies == [.logMissing])
  }
}

@Suite("The files beside a database")
struct CompanionFileTests {
  @Test(
    "once the log or its index is deleted no vote is taken, and none that was is lost",
    arguments: ["-wal", "-shm"])
  func deleted(suffix: String) async throws {
    let clock = ManualClock()
    let room = try Hall(.sqlite, clock: .manual(clock))
    for _ in 1...2 { _ = try await room.box.cast(.yes) }
    try FileManager.default.removeItem(atPath: room.directory.file + suffix)
    let gone = LedgerError.logGone(path: room.directory.file)
    for _ in 1...3 { #expect(await room.box.refusal(of: .yes) == .storage(gone)) }
    #expect(room.disk.faults == [gone])
    #expect(!room.box.isStoring)
    // What only the deleted log had is saved, and a new one begun.
    try await eventually {
      clock.advance(by: BallotBox.upkeepInterval)
      return room.box.isStoring
    }
    _ = try await room.box.cast(.no)
    let crashed = try Hall(.sqlite, in: room.directory.afterCrash())
    #expect(crashed.box.snapshot.tally == Tally(yes: 2, no: 1))
    #expect(room.box.snapshot.tally == Tally(yes: 2, no: 1))
  }

  @Test("a server that is killed after its log was deleted does not start without it")
  func deletedAndKilled() async throws {
    let room = try Hall(.sqlite)
    for _ in 1...2 { _ = try await room.box.cast(.yes) }
    try FileManager.default.removeItem(atPath: room.directory.file + "-wal")
    let killed = try room.directory.copy()
    #expect(throws: LedgerError.logMissing(path: killed.file)) {
      try SQLiteLedger(path: killed.file)
    }
  }

  @Test("a lock that was deleted is made again, unless another server has written meanwhile")
  func lockDeleted() async throws {
    let clock = ManualClock()
    let room = try Hall(.sqlite, clock: .manual(clock))
    _ = try await room.box.cast(.yes)
    let path = room.directory.file
    try FileManager.default.removeItem(atPath: path + "-lock")
    _ = try await room.box.cast(.yes)
    #expect(FileManager.default.fileExists(atPath: path + "-lock"))
    #expect(throws: LedgerError.inUse(path: path)) { try SQLiteLedger(path: path) }

    try FileManager.default.removeItem(atPath: path + "-lock")
    do {
      let other = try Hall(.sqlite, in: room.directory)
      #expect(await room.box.refusal(of: .yes) == .storage(.inUse(path: path)))
      _ = try await other.box.cast(.no)
    }
    // The other one has gone, and its vote is not in this one's numbers.
    let used = BallotBoxError.storage(.usedMeanwhile(path: path))
    for _ in 1...3 {
      clock.advance(by: BallotBox.upkeepInterval)
      try await eventually { await room.box.refusal(of: .yes) == used }
    }
    #expect(try Recount(path: path).counts.map(\.tally) == [Tally(yes: 2, no: 1)])
  }

  @Test("what somebody wrote into the file runs at no vote")
  func trigger() async throws {
    let directory = try TemporaryDirectory()
    let first = try Hall(.sqlite, in: directory)
    _ = try await first.box.cast(.yes)
    await first.box.finish()
    try Connection(directory.file, .readWrite, busyTimeout: .zero).execute(
      "CREATE TRIGGER thief AFTER INSERT ON ballots BEGIN DELETE FROM ballots; END")
    let room = try Hall(.sqlite, in: directory)
    _ = try await room.box.cast(.no)
    #expect(try directory.recount().inconsistencies.isEmpty)
    #expect(try directory.recount().counts.map(\.tally) == [Tally(yes: 1, no: 1)])
  }

  @Test("a file that is cut short takes no vote, and what is left of it is left alone")
  func cutShort() async throws {
    let room = try Hall(.sqlite)
    _ = try await room.box.cast(.yes)
    let path = room.directory.file
    unsafe #expect(truncate(path, 0) == 0)
    #expect(await room.box.refusal(of: .yes) == .storage(.cutShort(path: path)))
    #expect(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int == 0)
  }

  @Test("an index that is cut short ends nothing, and is made again")
  func indexCutShort() async throws {
    let room = try Hall(.sqlite)
    for _ in 1...3 {
      _ = try await room.box.cast(.yes)
      unsafe #expect(truncate(room.directory.file + "-shm", 0) == 0)
    }
    _ = try await room.box.cast(.no)
    #expect(try room.directory.recount().inconsistencies.isEmpty)
    let crashed = try Hall(.sqlite, in: room.directory.afterCrash())
    #expect(crashed.box.snapshot.tally == Tally(yes: 3, no: 1))
  }

  @Test("what is not a regular file is no database, and nobody waits for it")
  func notRegular() throws {
    let directory = try TemporaryDirectory()
    unsafe #expect(mkfifo(directory.file, 0o600) == 0)
    for path in [directory.file, directory.path, "/dev/null"] {
      #expect(throws: LedgerError.foreign(path: path)) { try Recount(path: path) }
      #expect(throws: LedgerError.foreign(path: path)) { try SQLiteLedger(path: path) }
    }
  }

  @Test("another file under the log's name is not taken for it, and not overwritten")
  func replaced() async throws {
    let clock = ManualClock()
    let room = try Hall(.sqlite, clock: .manual(clock))
    _ = try await room.box.cast(.yes)
    let log = URL(filePath: room.directory.file + "-wal")
    try Data("mine".utf8).write(to: log, options: .atomic)
    let gone = LedgerError.logGone(path: room.directory.file)
    for _ in 1...3 {
      #expect(await room.box.refusal(of: .yes) == .storage(gone))
      clock.advance(by: BallotBox.upkeepInterval)
    }
    #expect(try Data(contentsOf: log) == Data("mine".utf8))
    try FileManager.default.removeItem(at: log)
    try await eventually {
      clock.advance(by: BallotBox.upkeepInterval)
      return room.box.isStoring
    }
    #expect(room.box.snapshot.tally == Tally(yes: 1))
  }

  @Test("a log that a reader keeps from moving into the file is said once, measured, and shrinks")
  func growingLog() throws {
    let directory = try TemporaryDirectory()
    let ledger = try SQLiteLedger(path: directory.file)
    try ledger.fill(transactions: 1)
    let reader = try Connection(directory.file, .readOnly, busyTimeout: .zero)
    try reader.execute("BEGIN; SELECT count(*) FROM ballots")
    var warnings: [LedgerWarning] = []
    while ledger.log.bytes < LedgerDatabase.maxQuietLogBytes * 3 / 2 {
      try ledger.fill(transactions: 20)
      warnings += ledger.takeWarnings()
    }
    #expect(warnings.count == 1)
    guard case .logGrows(directory.file, let bytes) = warnings[0] else {
      Issue.record("\(warnings)")
      return
    }
    #expect(bytes >= LedgerDatabase.maxQuietLogBytes)
    #expect(ledger.log.checkpointFailures > 0)
    #expect(!ledger.consolidate())
    try reader.execute("COMMIT")
    #expect(ledger.consolidate())
    #expect(ledger.log.bytes == 0)
  }

  @Test("a new database and what is beside it are its owner's alone, whatever the umask")
  func permissions() async throws {
    await #expect(processExitsWith: .success) {
      for mask: mode_t in [0, 0o022, 0o177, 0o777] {
        let directory = try TemporaryDirectory()
        umask(mask)
        let room = try Hall(.sqlite, in: directory)
        _ = try await room.box.cast(.yes)
        umask(0o022)
        for suffix in ["", "-wal", "-shm"] where mode(directory.file + suffix) != 0o600 {
          exit(EXIT_FAILURE)
        }
      }
    }
  }

  @Test("a database that everybody could read is taken from them, and that is said")
  func madePrivate() async throws {
    let room = try Hall(.sqlite)
    _ = try await room.box.cast(.yes)
    let copy = try room.directory.afterCrash()
    for suffix in ["", "-wal"] { unsafe chmod(copy.file + suffix, 0o644) }
    let again = try Hall(.sqlite, in: copy)
    #expect(again.disk.warnings == [.madePrivate(path: copy.file)])
    for suffix in ["", "-wal", "-shm"] { #expect(mode(copy.file + suffix) == 0o600) }
    await again.box.finish()
    // A group is let in on purpose.
    unsafe chmod(copy.file, 0o640)
    let third = try Hall(.sqlite, in: copy)
    #expect(third.disk.warnings.isEmpty)
    #expect(mode(copy.file) == 0o640)
  }
}

private func mode(_ path: String) -> mode_t? {
  var status = stat()
  return unsafe stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
}

extension SQLiteLedger {
  /// Adds ballots with numbers far apart, so that a transaction touches many pages.
  func fill(transactions: Int) throws {
    let filled = try counts().first?.tally.total ?? 0
    for transaction in 1...transactions {
      try add((1...300).map { filled + transaction * 300 + $0 })
    }
  }

  private func add(_ seeds: [Int]) throws(LedgerError) {
    let ballots = seeds.map { Ballot(voter: $0 * 0x9e37_79b9 % 0x1_0000_0000, choice: .yes) }
    try add(ballots, round: 1)
  }
}
