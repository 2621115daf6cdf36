import EventLoop
import Foundation
import Synchronization
import TestSupport
import Testing
import Valkey

@testable import Voting

@Suite(
  "A store that is not as it has to be",
  .enabled(if: StoreProcess.isTried, "\(StoreProcess.absence)"))
struct StoreConditionsTests {
  @Test("who may not come in is told so, and the password is not")
  func password() async throws {
    let store = try await StoreProcess("--requirepass", "geheim")
    for password in [nil, "falsch"] {
      let error = #expect(throws: LedgerError.self) { try store.ledger(password: password) }
      #expect(storeFault { try store.ledger(password: password) }?.isDenial == true)
      #expect(error?.description.contains("falsch") == false)
    }
    #expect(try store.ledger(password: "geheim").look(nil).missing == nil)
  }

  @Test("a database with something else in it is left alone, and one of a newer program")
  func foreign() async throws {
    let store = try await StoreProcess()
    try store.run("SET", "recipe", "rain")
    #expect(storeFault { try store.ledger() } == .foreign)
    #expect(try store.run("DBSIZE").number == 1)
    var url = store.url
    url.database = 1
    let ledger = try url.ledger()
    try ledger.open()
    #expect(try store.run("DBSIZE").number == 1)
    try store.run("FLUSHALL")
    _ = try store.ledger()
    try store.run("HSET", StoreKeys.meta, "format", "2")
    #expect(storeFault { try store.ledger() } == .newer(format: 2))
    try store.run("HSET", StoreKeys.meta, "format", "1", "room", "{}")
    #expect(storeFault { try store.ledger().start(.one) } == .corrupt(reason: "its room"))
    try store.run("FLUSHALL")
    try store.run("SET", StoreKeys.meta, "what?")
    #expect(storeFault { try store.ledger() } != nil)
  }

  @Test("a full store says so, nothing of the batch is counted, and it goes on when there is room")
  func full() async throws {
    let store = try await StoreProcess()
    let ledger = try store.ledger()
    try ledger.open()
    _ = try ledger.count([await .of(1, .yes)])
    try store.run("CONFIG", "SET", "maxmemory", "1")
    let vote = await Vote.of(2, .yes)
    let room = try #require(ledger.known.room.publicRound)
    let version = ledger.known.room.version
    #expect(
      storeFault {
        var votes = [vote]
        return try ledger.count(&votes, in: room, version: version)
      } == .full)
    #expect(storeFault { try ledger.write(StepBatch()) } == .full)
    try store.run("CONFIG", "SET", "maxmemory", "0")
    #expect(try ledger.look(nil).numbers?.tally == Tally(yes: 1))
    #expect(try ledger.count([vote]).numbers?.tally == Tally(yes: 2))
  }

  @Test("a store that keeps nothing, late or not for sure is refused, unless that is allowed")
  func durability() async throws {
    let unsafe: [([String], StoreFault)] = [
      (["--appendonly", "no"], .noLog),
      (["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"], .evicts),
    ]
    for (arguments, expected) in unsafe {
      let store = try await StoreProcess(arguments)
      #expect(storeFault { try store.ledger() } == expected)
      #expect(try store.run("DBSIZE").number == 0)
      _ = try store.ledger(.relaxed)
    }
    let rarely = try await StoreProcess("--no-appendfsync-on-rewrite", "yes")
    let late = try await StoreProcess("--appendfsync", "everysec")
    let facts = try ValkeyConnection(to: late.url, name: "test").facts()
    let canBeAsked = facts.version >= .init(8, 0)
    #expect(storeFault { try late.ledger() } == (canBeAsked ? nil : .syncsLate))
    #expect(storeFault { try rarely.ledger() } == (canBeAsked ? nil : .syncsLate))
    let relaxed = try late.ledger(.relaxed)
    #expect(relaxed.takeWarnings() == [.storeSyncsLate(store: "\(late.url)")])
    #expect(relaxed.takeWarnings().isEmpty)
    try relaxed.open()
    #expect(try relaxed.count([await .of(1, .yes)]).numbers?.tally == Tally(yes: 1))
    guard canBeAsked else { return }
    let asked = try late.ledger()
    #expect(asked.promise == .isAsked)
    #expect(try asked.count([await .of(1, .yes)]).numbers?.tally == Tally(yes: 1))
  }

  @Test("a vote that the store finds when nobody waits for it any more is not counted")
  func stale() async throws {
    let store = try await StoreProcess()
    let ledger = try store.ledger()
    try ledger.open()
    let room = try ledger.rooms()
    func ask(until milliseconds: Int) throws -> StoreScript.Status {
      let keys = [
        StoreKeys.meta, StoreKeys.freeze, StoreKeys.round(1), StoreKeys.ballots(1),
        StoreKeys.receipts(1),
      ]
      let server = try #require(ledger.link.link).server
      return try ledger.link.run(.count, keys: keys) { command in
        command.add(ledger.epoch ?? "")
        command.add(server.runID)
        for number in [0, room.version, 1] { command.add(number) }
        command.add(StoreKeys.channel)
        for number in [0, milliseconds, 1] { command.add(number) }
        command.add("1")
      }.status
    }
    let deadline = ledger.link.deadlineMilliseconds
    // As it is found when the store was away for long; the voter may have said something else since.
    #expect(try ask(until: 1) == .late)
    #expect(try ask(until: deadline - 60 * 60 * 1_000) == .late)
    #expect(try ledger.choices(round: 1).isEmpty)
    #expect(try ask(until: deadline + 60 * 60 * 1_000) == .done)
    #expect(try ledger.choices(round: 1) == [1: .yes])
    // A clock that was set is asked for anew.
    ledger.link.link?.clock -= .seconds(60 * 60)
    #expect(try ledger.count([await .of(2, .yes)]).numbers?.tally == Tally(yes: 2))
  }

  @Test("a server that forgets the scripts is told them again")
  func scripts() async throws {
    let store = try await StoreProcess()
    let ledger = try store.ledger()
    try ledger.open()
    for voter in 1...3 {
      try store.run("SCRIPT", "FLUSH")
      let vote = await Vote.of(voter, .yes)
      #expect(try ledger.count([vote]).numbers?.tally == Tally(yes: voter))
    }
    try store.run("SCRIPT", "FLUSH")
    #expect(try ledger.look(Instance(id: "1", name: "one")).instances.count == 1)
    try store.run("SCRIPT", "FLUSH")
    #expect(try ledger.take(.close).publicRound?.isOpen == false)
  }
}

extension StoreFault {
  fileprivate var isDenial: Bool {
    if case .denied = self { true } else { false }
  }
}
