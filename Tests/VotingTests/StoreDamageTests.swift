import Foundation
import TestSupport
import Testing
import Valkey

@testable import Voting

@Suite(
  "A store that others write in, or that deletes what it has",
  .enabled(if: StoreProcess.isTried, "\(StoreProcess.absence)"))
struct StoreDamageTests {
  /// A round with three ballots: two for, one against.
  private func openRound(
    _ arguments: String..., receipts: Bool = false
  ) async throws -> (store: StoreProcess, ledger: ValkeyLedger) {
    let store = try await StoreProcess(arguments)
    let ledger = try store.ledger()
    try ledger.open(receipts: receipts)
    let votes = [await Vote.of(1, .yes), await .of(2, .yes), await .of(3, .no)]
    _ = try ledger.count(votes)
    return (store, ledger)
  }

  @Test("ballots that are gone are missing, and phones that say them again are counted once")
  func ballotsGone() async throws {
    let (store, ledger) = try await openRound(receipts: true)
    let other = try store.ledger()
    _ = try other.look(nil)
    let epoch = try #require(ledger.epoch)
    let receipts = try ledger.ballots(round: 1).compactMapValues(\.receipt)
    try store.run("DEL", StoreKeys.ballots(1))
    // Nothing is counted beside numbers that are not those of the ballots.
    var votes = [await Vote.of(1, .yes)]
    let room = try #require(ledger.known.room.publicRound)
    let version = ledger.known.room.version
    #expect(try ledger.count(&votes, in: room, version: version) == nil)
    let missing = MissingVotes(epoch: epoch, count: 3)
    #expect(try ledger.look(nil).missing == missing)
    #expect(ledger.epoch != epoch)
    #expect(ledger.takeWarnings() == [.storeCountedAgain(store: "\(store.url)", round: 1)])
    ledger.settle(missing)
    // The receipt of a ballot that is gone is nobody's: it is drawn by the phone, and the same again.
    let receipt = try #require(receipts[1])
    let again = await Vote.of(1, .yes, receipt: receipt, isDrawnByPhone: true)
    let counted = try ledger.count([again])
    #expect(counted.numbers?.tally == Tally(yes: 1))
    #expect(counted.votes.first?.ballot.receipt == receipt)
    // Nobody else misses them a second time.
    let news = try other.look(nil)
    #expect(news.missing == nil && other.epoch == ledger.epoch)
    #expect(try other.count([await .of(1, .yes)]).numbers?.tally == Tally(yes: 1))
    #expect(try other.count([await .of(2, .no)]).numbers?.tally == Tally(yes: 1, no: 1))
    #expect(try Recount(store: store.url).inconsistencies.isEmpty)
  }

  @Test("numbers that are gone, or are other ones, are counted again from the ballots")
  func numbersGone() async throws {
    let (store, ledger) = try await openRound()
    let key = StoreKeys.round(1)
    for damage in [
      ["DEL", key], ["HSET", key, "yes", "many"], ["HDEL", key, "no"],
      ["HSET", key, "yes", "9223372036854775807"], ["HSET", key, "no", "-1"],
    ] {
      _ = try ValkeyConnection(to: store.url, name: "hand").run(Command(damage))
      _ = try ledger.look(nil)
      if let missing = try ledger.look(nil).missing { ledger.settle(missing) }
      #expect(try ledger.look(nil).numbers?.tally == Tally(yes: 2, no: 1), "\(damage)")
      try store.run("DEL", key)
      // The next vote finds it, or the next look.
      _ = try? ledger.count([await .of(3, .no)])
      #expect(try ledger.look(nil).missing == nil)
      #expect(try ledger.count([await .of(3, .no)]).numbers?.tally == Tally(yes: 2, no: 1))
    }
    // Who starts now finds it, too.
    try store.run("DEL", key)
    #expect(try store.ledger().start(.one).tallies[1] == Tally(yes: 2, no: 1))
  }

  @Test("an archived round without its numbers has those of its ballots")
  func pastNumbers() async throws {
    let (store, ledger) = try await openRound()
    try ledger.take(.close)
    try ledger.take(.again)
    try store.run("DEL", StoreKeys.round(1))
    let contents = try store.ledger().start(.one)
    #expect(contents.tallies[1] == Tally(yes: 2, no: 1))
  }

  @Test("a store in which something else stands in the place of votes does not pass for mended")
  func strangeKind() async throws {
    let (store, ledger) = try await openRound()
    try store.run("SET", StoreKeys.ballots(1), "what?")
    for _ in 0..<2 {
      for fault in [
        storeFault { try ledger.look(nil) }, storeFault { try ledger.recover() },
      ] {
        guard case .corrupt = fault else {
          Issue.record("\(String(describing: fault))")
          continue
        }
      }
    }
    try store.run("DEL", StoreKeys.ballots(1))
    try ledger.recover()
    #expect(try ledger.look(nil).missing?.count == 3)
  }

  @Test("a ballot that says nothing is lost alone: votes beside it are counted")
  func strangeBallot() async throws {
    let (store, ledger) = try await openRound()
    for text in ["", "7", "yes", "1:short", "1:0000000"] {
      try store.run("HSET", StoreKeys.ballots(1), "2", text)
      for _ in 0..<3 {
        _ = try? ledger.choices(round: 1)
        _ = try? ledger.count([await .of(2, .yes), await .of(3, .no)])
        if let missing = try ledger.look(nil).missing {
          #expect(missing.count == 1)
          ledger.settle(missing)
        }
      }
      #expect(
        try ledger.count([await .of(2, .yes)]).numbers?.tally == Tally(yes: 2, no: 1), "\(text)")
      #expect(try ledger.choices(round: 1) == [1: .yes, 2: .yes, 3: .no])
    }
  }

  @Test("what servers say of themselves can be nonsense, and nothing else suffers")
  func strangeInstances() async throws {
    let (store, ledger) = try await openRound()
    let own = Instance(id: "1", name: "one")
    let key = StoreKeys.instances
    let now = Int(Date.now.timeIntervalSince1970 * 1000)
    let huge =
      #"{"id":"9","name":"x","screens":9223372036854775807,"phones":1,"lagMilliseconds":0,"ballots":"one"}"#
    for damage in [
      ["HSET", key, "2", "nonsense"], ["HSET", key, "2", ""], ["HSET", key, "2", "x y"],
      ["HSET", key, "2", "\(now) {}"], ["HSET", key, "9", "\(now) \(huge)"],
      ["SET", key, "what?"],
    ] {
      try store.run("DEL", key)
      _ = try ValkeyConnection(to: store.url, name: "hand").run(Command(damage))
      #expect(try ledger.look(own).instances == [own], "\(damage)")
      #expect(try ledger.look(nil).instances == [own], "\(damage)")
    }
  }

  @Test("who waits for a step that is none goes on after a while")
  func strangeFreeze() async throws {
    let (store, ledger) = try await openRound()
    ledger.freezePatience = .milliseconds(50)
    let key = StoreKeys.freeze
    for damage in [["SET", key, "x"], ["RPUSH", key, "x"], ["SET", key, "x", "PX", "3600000"]] {
      _ = try ValkeyConnection(to: store.url, name: "hand").run(Command(damage))
      #expect(try ledger.take(.say("x")).announcement == "x", "\(damage)")
      _ = try ValkeyConnection(to: store.url, name: "hand").run(Command(damage))
      let room = ledger.known.room
      var votes = [await Vote.of(1, .yes)]
      let round = try #require(room.publicRound)
      #expect(
        try ledger.count(&votes, in: round, version: room.version)?.tally == Tally(yes: 2, no: 1))
    }
  }

  @Test(
    "a step that cannot be put on record is not done, and one that scripts know otherwise is said")
  func strangeRecord() async throws {
    let (store, ledger) = try await openRound()
    let version = try ledger.rooms().version
    for key in [StoreKeys.record, StoreKeys.fingerprints] {
      let copy = (try? store.run("RENAME", key, "kept")) == .status("OK")
      #expect(copy == (key == StoreKeys.record))
      try store.run("SET", key, "what?")
      #expect(storeFault { try ledger.take(.say("x")) } != nil)
      try store.run("DEL", key)
      if copy { try store.run("RENAME", "kept", key) }
      #expect(try ledger.rooms().version == version)
    }
    try store.run("HSET", StoreKeys.meta, "version", "77")
    let vote = await Vote.of(1, .yes)
    var votes = [vote]
    let round = try #require(ledger.known.room.publicRound)
    #expect(try ledger.count(&votes, in: round, version: version) == nil)
    #expect(storeFault { try ledger.look(nil) } == .corrupt(reason: "its room"))
    try store.run("HSET", StoreKeys.meta, "version", "\(version)")
    #expect(try ledger.look(nil).contents != nil)
    #expect(try ledger.count([vote]).numbers?.tally == Tally(yes: 2, no: 1))
  }

  @Test("a user of the store who may not publish counts votes all the same")
  func noChannels() async throws {
    let store = try await StoreProcess()
    try store.run("ACL", "SETUSER", "hall", "on", ">pw", "~{show}:*", "resetchannels", "+@all")
    let url = ValkeyURL(host: "127.0.0.1", port: store.port, user: "hall", password: "pw")
    let ledger = try url.ledger()
    try ledger.open()
    #expect(try ledger.count([await .of(1, .yes)]).numbers?.tally == Tally(yes: 1))
    #expect(try ledger.take(.close).publicRound?.isOpen == false)
    // Who may count no further is told so, and half of a vote is nothing.
    try ledger.take(.open)
    for command in ["hincrby", "hset", "hlen", "evalsha"] {
      try store.run("ACL", "SETUSER", "hall", "-\(command)")
      let vote = await Vote.of(2, .no)
      _ = #expect(throws: LedgerError.self) { try ledger.count([vote]) }
      try store.run("ACL", "SETUSER", "hall", "+\(command)")
      #expect(try ledger.choices(round: 1) == [1: .yes], "\(command)")
      #expect(try ledger.look(nil).numbers?.tally == Tally(yes: 1), "\(command)")
    }
  }

  @Test("no value in any key stops the program: it is counted again, or one sentence")
  func anyValue() async throws {
    await #expect(processExitsWith: .success) {
      // It keeps nothing, so that it is quick.
      let store = try await StoreProcess("--appendonly", "no")
      let hand = try ValkeyConnection(to: store.url, name: "hand", patience: StoreProcess.patience)
      let values = [
        "9223372036854775807", "-9223372036854775808", "-1", "", "yes", "\0\u{FF}\n",
        String(repeating: "x", count: 100_000), "9223372036854775807 9223372036854775807",
        "9007199254740993 -9007199254740993",
      ]
      let fields =
        ["format", "secret", "desk", "epoch", "run", "sequence", "counted", "version", "steps"]
        + ["open", "newest", "room", "writes"]
      let keys = [
        StoreKeys.record, StoreKeys.fingerprints, StoreKeys.ends, StoreKeys.instances,
        StoreKeys.round(1), StoreKeys.round(2), StoreKeys.ballots(1), StoreKeys.ballots(2),
        StoreKeys.receipts(2), StoreKeys.freeze, StoreKeys.meta,
      ]
      var damages: [[String]] = keys.flatMap { [["DEL", $0], ["SET", $0, "x"]] }
      for value in values {
        damages += fields.map { ["HSET", StoreKeys.meta, $0, value] }
        for number in 1...2 {
          damages += ["yes", "no"].map { ["HSET", StoreKeys.round(number), $0, value] }
          damages.append(["HSET", StoreKeys.ballots(number), "2", value])
          damages.append(["HSET", StoreKeys.ballots(number), value, "1"])
        }
        damages.append(["HSET", StoreKeys.receipts(2), "2222222", value])
        damages.append(["RPUSH", StoreKeys.record, value])
        damages.append(["RPUSH", StoreKeys.fingerprints, value])
        damages.append(["HSET", StoreKeys.ends, "1-a", value])
        damages.append(["HSET", StoreKeys.instances, "7", value])
        damages.append(["PUBLISH", StoreKeys.channel, value])
      }
      for damage in damages {
        _ = try hand.run(Command("FLUSHALL"))
        let ledger = try await evening(in: store)
        _ = try hand.run(Command([damage[0] == "SET" ? "DEL" : "EXISTS"] + [damage[1]]))
        _ = try? hand.run(Command(damage))
        await use(ledger)
        if let fresh = expectSentence({ try store.ledger(.relaxed) }) { await use(fresh) }
        expectSentence { try Recount(store: store.url) }
        expectSentence { try LedgerArchive(store: store.url) }
      }
    }
  }
}

/// A ledger with a round that is over and one that is open, with ballots in both.
private func evening(in store: StoreProcess) async throws -> ValkeyLedger {
  let ledger = try store.ledger(.relaxed)
  try ledger.open(receipts: true)
  _ = try ledger.count([await .of(1, .yes), await .of(2, .no)])
  try ledger.take(.close)
  try ledger.take(.again)
  _ = try ledger.count([await .of(1, .yes), await .of(2, .no)])
  ledger.freezePatience = .milliseconds(20)
  return ledger
}

/// Does all that a server does with a ledger, twice: what is damaged may be mended meanwhile.
private func use(_ ledger: ValkeyLedger) async {
  ledger.freezePatience = .milliseconds(20)
  for _ in 0..<2 {
    expectSentence { try ledger.look(Instance(id: "1", name: "one")) }
    let vote = await Vote.of(2, .yes)
    if let round = ledger.known.room.publicRound {
      let version = ledger.known.room.version
      var votes = [vote]
      let numbers = expectSentence { try ledger.count(&votes, in: round, version: version) }
      _ = numbers??.tally.total
    }
    expectSentence { try ledger.ballots(of: [1, 2], round: 1) }
    expectSentence { try ledger.ballots(round: 2) }
    expectSentence { try ledger.record(round: 1) }
    expectSentence { try ledger.fingerprint(round: 1) }
    expectSentence { try ledger.take(.say("x")).rounds.count }
  }
}

/// - Returns: what it makes; `nil` where it says in a sentence why it does not.
@discardableResult
private func expectSentence<Value>(_ body: () throws -> Value) -> Value? {
  do {
    return try body()
  } catch {
    let text = "\(error)"
    guard error is LedgerError || error is StepRefusal, !text.contains("\n") else {
      print(text)
      exit(EXIT_FAILURE)
    }
    return nil
  }
}
