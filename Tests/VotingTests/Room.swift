import EventLoop
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Voting

/// Where the ballots of a test are kept.
enum Storage: String, Sendable, CaseIterable, CustomTestStringConvertible {
  case memory, sqlite

  var testDescription: String { rawValue }
}

/// A ballot box with a screen before it and a disk behind it that fails when asked to.
struct Room: Sendable {
  static let question = Question("Will it rain?")

  let storage: Storage
  let executor = QueueExecutor()
  let screen = Screen()
  let disk = Disk()
  let directory: TemporaryDirectory
  let box: BallotBox

  init(
    _ storage: Storage, question: Question = Room.question, ballots: BallotPolicy = .one,
    maxPendingVotes: Int = 10_000, clock: LoopClock = .manual(ManualClock()),
    in directory: TemporaryDirectory? = nil
  ) throws {
    self.storage = storage
    let directory = try directory ?? TemporaryDirectory()
    self.directory = directory
    box = try BallotBox(
      ledger: FailingLedger(try Self.ledger(storage, in: directory), disk), executor: executor,
      question: { _ in question },
      ballots: ballots, maxPendingVotes: maxPendingVotes, clock: clock, now: { 1_800_000_000 },
      onChange: screen.show, onFault: disk.report, onWarning: disk.report)
  }

  private static func ledger(
    _ storage: Storage, in directory: TemporaryDirectory
  ) throws -> any Ledger {
    switch storage {
    case .memory: MemoryLedger()
    case .sqlite: try SQLiteLedger(path: directory.file)
    }
  }

  /// Starts votes that all wait for the disk, and returns what became of each.
  func castTogether(
    _ votes: [(choice: Choice, key: BallotKey?)]
  ) async -> [Result<Receipt, VoteError>] {
    let tasks = executor.held {
      votes.map { vote in
        Task.immediate { () -> Result<Receipt, VoteError> in
          do throws(VoteError) {
            return .success(try await box.cast(vote.choice, key: vote.key))
          } catch {
            return .failure(error)
          }
        }
      }
    }
    var results: [Result<Receipt, VoteError>] = []
    for task in tasks { results.append(await task.value) }
    return results
  }
}

extension Result<Receipt, VoteError> {
  /// Why the vote was not acknowledged; `nil` where it was.
  var refusal: BallotBoxError? {
    switch self {
    case .success: nil
    case .failure(let error): error.reason
    }
  }
}

extension BallotBox {
  /// Casts a vote. Returns why it is not acknowledged; `nil` where it is.
  nonisolated func refusal(of choice: Choice, key: BallotKey? = nil) async -> BallotBoxError? {
    do throws(VoteError) {
      _ = try await cast(choice, key: key)
      return nil
    } catch {
      return error.reason
    }
  }
}

/// What the audience was told.
final class Screen: Sendable {
  private let shown = Mutex<[Snapshot]>([])

  var snapshots: [Snapshot] { shown.withLock { $0 } }

  func show(_ snapshot: Snapshot) { shown.withLock { $0.append(snapshot) } }
}

/// Decides when a ledger fails, and hears of it.
final class Disk: Sendable {
  enum Step { case begin, record, save, commit }

  static let full = LedgerError.full(path: "votes")

  private let failing = Mutex<Step?>(nil)
  private let reported = Mutex<[LedgerError]>([])
  private let warned = Mutex<[LedgerWarning]>([])

  var faults: [LedgerError] { reported.withLock { $0 } }

  func fail(at step: Step?) { failing.withLock { $0 = step } }
  var warnings: [LedgerWarning] { warned.withLock { $0 } }
  func report(_ warning: LedgerWarning) { warned.withLock { $0.append(warning) } }
  func report(_ error: LedgerError) { reported.withLock { $0.append(error) } }

  func check(_ step: Step) throws(LedgerError) {
    if failing.withLock({ $0 == step }) { throw Self.full }
  }
}

/// A ledger whose disk fails when the test says so.
final class FailingLedger: Ledger {
  private let ledger: any Ledger
  private let disk: Disk

  init(_ ledger: any Ledger, _ disk: Disk) {
    self.ledger = ledger
    self.disk = disk
  }

  var secret: UInt128 { ledger.secret }
  func counters() throws(LedgerError) -> Counters { try ledger.counters() }
  func counts() throws(LedgerError) -> [RoundTally] { try ledger.counts() }

  func choices(round: Int) throws(LedgerError) -> [Int: Choice] {
    try ledger.choices(round: round)
  }

  func begin() throws(LedgerError) {
    try disk.check(.begin)
    try ledger.begin()
  }

  func add(_ ballots: [Ballot], round: Int) throws(LedgerError) {
    try ledger.add(ballots, round: round)
    try disk.check(.record)
  }

  /// Fails after it has moved them, so that there is something to roll back.
  func move(_ ballots: [Ballot], round: Int) throws(LedgerError) {
    try ledger.move(ballots, round: round)
    try disk.check(.record)
  }

  func save(_ round: Round) throws(LedgerError) { try ledger.save(round) }

  func save(_ counters: Counters) throws(LedgerError) {
    try ledger.save(counters)
    try disk.check(.save)
  }

  func commit() throws(LedgerError) {
    try disk.check(.commit)
    try ledger.commit()
  }

  func rollback() { ledger.rollback() }

  func consolidate() -> Bool { ledger.consolidate() }
  func recover() throws(LedgerError) { try ledger.recover() }
  var log: LedgerLog { ledger.log }
  func takeWarnings() -> [LedgerWarning] { ledger.takeWarnings() }
}

/// A directory that goes when its last user lets go of it.
final class TemporaryDirectory: Sendable {
  let path: String
  /// Where the database goes.
  var file: String { path + "/votes.sqlite" }

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/votes-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// What a machine that loses its power now would find: the files as they are, and no lock.
  func afterCrash() throws -> TemporaryDirectory { try copy("", "-wal") }

  /// The database alone, or the files with these suffixes.
  func copy(_ suffixes: String...) throws -> TemporaryDirectory {
    let copy = try TemporaryDirectory()
    for suffix in suffixes.isEmpty ? [""] : suffixes {
      try FileManager.default.copyItem(atPath: file + suffix, toPath: copy.file + suffix)
    }
    return copy
  }

  /// It stays as long as it is counted.
  func recount() throws -> Recount {
    try withExtendedLifetime(self) { try Recount(path: file) }
  }

  // A leftover in the system's temporary directory does no harm.
  deinit { try? FileManager.default.removeItem(atPath: path) }
}
