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
struct Hall: Sendable {
  static let question = Question("Will it rain?")
  /// By the clock that pages are told.
  static let milliseconds = 1_800_000_000_000

  let storage: Storage
  let executor = QueueExecutor()
  let screen = Screen()
  let disk = Disk()
  let directory: TemporaryDirectory
  let box: BallotBox

  init(
    _ storage: Storage, question: Question = Hall.question, ballots: BallotPolicy = .one,
    maxPendingVotes: Int = 10_000, clock: LoopClock = .manual(ManualClock()),
    receipts: Bool = true,
    in directory: TemporaryDirectory? = nil
  ) throws {
    self.storage = storage
    let directory = try directory ?? TemporaryDirectory()
    self.directory = directory
    box = try BallotBox(
      ledger: LocalLedger(FailingLedger(try Self.ledger(storage, in: directory), disk)),
      executor: executor,
      question: question,
      ballots: ballots, receipts: receipts, maxPendingVotes: maxPendingVotes, clock: clock,
      now: { Self.milliseconds },
      onChange: screen.show, onFault: disk.report, onWarning: disk.report)
  }

  static func ledger(
    _ storage: Storage, in directory: TemporaryDirectory
  ) throws -> any LedgerStorage {
    switch storage {
    case .memory: MemoryLedger()
    case .sqlite: try SQLiteLedger(path: directory.file)
    }
  }

  /// Starts votes that all wait for the disk, and returns what became of each.
  func castTogether(
    _ votes: [(choice: Choice, key: BallotKey?)]
  ) async -> [Result<CountedVote, VoteError>] {
    let tasks = executor.held {
      votes.map { vote in
        Task.immediate { () -> Result<CountedVote, VoteError> in
          do throws(VoteError) {
            return .success(try await box.cast(vote.choice, key: vote.key))
          } catch {
            return .failure(error)
          }
        }
      }
    }
    var results: [Result<CountedVote, VoteError>] = []
    for task in tasks { results.append(await task.value) }
    return results
  }
}

extension Result<CountedVote, VoteError> {
  /// Why the vote was not acknowledged; `nil` where it was.
  var refusal: BallotBoxError? {
    switch self {
    case .success: nil
    case .failure(let error): error.reason
    }
  }
}

extension LedgerStorage {
  /// What every ballot of the round says, by its voter.
  func choices(round: Int) throws(LedgerError) -> [Int: Choice] {
    try ballots(round: round).mapValues(\.choice)
  }

  /// Every round with its tally, oldest first.
  func counts() throws(LedgerError) -> [RoundTally] {
    let contents = try contents()
    return contents.room.rounds.map {
      RoundTally(round: $0, tally: contents.tallies[$0.number] ?? Tally())
    }
  }

  /// Adds the ballots in one transaction, to a round that is made where there is none.
  func add(_ ballots: [Ballot], round number: Int) throws(LedgerError) {
    var batch = LedgerBatch()
    batch.round = number
    batch.added = ballots
    let room = try contents().room
    if !room.rounds.contains(where: { $0.number == number }) {
      var new = room
      new.rounds.append(Round(number: number, question: Hall.question, openedSeconds: 0))
      batch.step = StepChanges(from: room, to: new, entries: [])
    }
    // The ballots refer to the round.
    if let step = batch.step {
      var first = LedgerBatch()
      first.step = step
      try write(first)
      batch.step = nil
    }
    try write(batch)
  }
}

extension BallotBox {
  /// Does a step.
  /// - Returns: what the room is shown then.
  @discardableResult func take(_ step: Step) throws(StepError) -> Snapshot {
    try perform(step)
    return snapshot
  }

  /// Runs the body while the box does nothing.
  func undisturbed<Value: Sendable>(_ body: @Sendable () throws -> Value) rethrows -> Value {
    try body()
  }

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
  static let full = LedgerError.full(path: "votes")

  private let isFailing = Mutex(false)
  private let readCount = Atomic(0)
  private let reported = Mutex<[LedgerError]>([])
  private let warned = Mutex<[LedgerWarning]>([])

  var faults: [LedgerError] { reported.withLock { $0 } }

  func fail(_ fails: Bool = true) { isFailing.withLock { $0 = fails } }
  var warnings: [LedgerWarning] { warned.withLock { $0 } }
  func report(_ warning: LedgerWarning) { warned.withLock { $0.append(warning) } }
  func report(_ error: LedgerError) { reported.withLock { $0.append(error) } }

  /// How often the ledger was asked for what it holds of a round.
  var reads: Int { readCount.load(ordering: .sequentiallyConsistent) }
  func noteRead() { readCount.wrappingAdd(1, ordering: .sequentiallyConsistent) }

  func check() throws(LedgerError) {
    if isFailing.withLock({ $0 }) { throw Self.full }
  }
}

/// A ledger whose disk fails when the test says so.
final class FailingLedger: LedgerStorage {
  private let ledger: any LedgerStorage
  private let disk: Disk

  init(_ ledger: any LedgerStorage, _ disk: Disk) {
    self.ledger = ledger
    self.disk = disk
  }

  var secret: UInt128 { ledger.secret }
  func contents() throws(LedgerError) -> LedgerContents { try ledger.contents() }

  func ballots(round: Int) throws(LedgerError) -> [Int: Ballot] {
    disk.noteRead()
    return try ledger.ballots(round: round)
  }

  func record(round: Int) throws(LedgerError) -> [RecordEntry] {
    disk.noteRead()
    return try ledger.record(round: round)
  }

  func fingerprint(round: Int) throws(LedgerError) -> Fingerprint? {
    disk.noteRead()
    return try ledger.fingerprint(round: round)
  }

  func write(_ batch: LedgerBatch) throws(LedgerError) {
    try disk.check()
    try ledger.write(batch)
  }

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
