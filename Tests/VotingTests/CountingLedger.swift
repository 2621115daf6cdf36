import Foundation
import TestSupport
import Testing
import Valkey

@testable import Voting

/// What keeps a ledger that counts.
enum CountingStorage: String, Sendable, CaseIterable, CustomTestStringConvertible {
  case memory, sqlite, store

  var testDescription: String { rawValue }

  /// Those that are here, or have to be.
  static let tried = allCases.filter { $0 != .store || StoreProcess.isTried }
}

/// Runs the body with a new ledger, beside what that needs.
func withLedger(
  in storage: CountingStorage, _ body: (any Ledger) async throws -> Void
) async throws {
  switch storage {
  case .memory: try await body(LocalLedger(MemoryLedger()))
  case .sqlite:
    let directory = try TemporaryDirectory()
    try await body(LocalLedger(try SQLiteLedger(path: directory.file)))
    withExtendedLifetime(directory) {}
  case .store:
    let store = try await StoreProcess()
    try await body(store.ledger())
    withExtendedLifetime(store) {}
  }
}

/// What is wrong with a store; `nil` where nothing is.
func storeFault(_ body: () throws -> some Any) -> StoreFault? {
  do {
    _ = try body()
    return nil
  } catch LedgerError.store(_, let fault) {
    return fault
  } catch {
    Issue.record("\(error)")
    return nil
  }
}

extension ValkeyURL {
  func ledger(_ durability: StoreDurability = .strict) throws -> ValkeyLedger {
    try ValkeyLedger(self, name: "test", durability: durability, patience: StoreProcess.patience)
  }
}

extension StoreProcess {
  var url: ValkeyURL { ValkeyURL(host: "127.0.0.1", port: port) }

  /// A machine that is busy makes no ledger give up.
  static let patience = ValkeyConnection.Patience(connecting: .seconds(20), reply: .seconds(20))

  func ledger(
    password: String? = nil, _ durability: StoreDurability = .strict
  ) throws -> ValkeyLedger {
    var url = url
    url.password = password
    return try url.ledger(durability)
  }

  /// How many scripts it ran.
  func scriptCount() throws -> Int {
    let text = try run("INFO", "commandstats").text ?? ""
    return text.firstMatch(of: /cmdstat_evalsha:calls=(\d+)/).flatMap { Int($0.1) } ?? 0
  }

  /// What an operator does by hand.
  @discardableResult
  func run(_ words: String...) throws -> Valkey.Reply {
    try ValkeyConnection(to: url, name: "hand", patience: Self.patience).run(Command(words))
  }
}

extension Ledger {
  /// Does steps as a box does them.
  @discardableResult func take(_ steps: Step...) throws -> Room {
    let contents = try beginStep()
    let old = try contents?.room ?? start(.one).room
    var new = old
    var entries: [RecordEntry] = []
    let tally = contents.flatMap { $0.tallies[old.publicRound?.number ?? 0] } ?? Tally()
    for step in steps { entries += try new.apply(step, tally: tally, at: 5_000) }
    _ = try write(
      StepBatch(
        step: StepChanges(from: old, to: new, entries: entries), tally: tally, isNews: true))
    return new
  }

  /// Opens the first round, with a receipt for each ballot or without.
  @discardableResult func open(_ question: Question = Hall.question, receipts: Bool = false) throws
    -> Round
  {
    let old = try start(.one).room
    var new = old
    new.givesReceipts = receipts
    let entries = try new.apply(
      .ask(question, isHidden: false, isDraft: false), tally: Tally(), at: 5_000)
    _ = try write(
      StepBatch(step: StepChanges(from: old, to: new, entries: entries), isNews: true))
    return try #require(new.publicRound)
  }

  /// Counts votes in the newest round as it is.
  /// - Returns: the numbers, and the votes as they are then.
  func count(_ votes: [Vote]) throws -> (numbers: LedgerNumbers?, votes: [Vote]) {
    var votes = votes
    let room = try rooms()
    let round = try #require(room.publicRound)
    let numbers = try count(&votes, in: round, version: room.version)
    return (numbers, votes)
  }

  /// The room as it is, though nobody does a step.
  func rooms() throws -> Room {
    let contents = try start(.one)
    cancelStep()
    return contents.room
  }

  func choices(round: Int) throws -> [Int: Choice] {
    try ballots(round: round).mapValues(\.choice)
  }
}

extension Vote {
  /// A vote that nobody waits for.
  static func of(
    _ voter: Int, _ choice: Choice, receipt: Receipt? = nil, isDrawnByPhone: Bool = false,
    isFirst: Bool = false
  ) async -> Vote {
    var vote: Vote?
    _ = await unsafe withUnsafeContinuation { continuation in
      unsafe vote = Vote(
        ballot: Ballot(voter: voter, choice: choice, receipt: receipt), isFirst: isFirst,
        isDrawnByPhone: isDrawnByPhone, refusal: nil, round: nil, continuation: continuation)
      unsafe continuation.resume(returning: .success(nil))
    }
    return vote!
  }
}
