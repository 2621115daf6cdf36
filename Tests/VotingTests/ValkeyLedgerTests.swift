import EventLoop
import Foundation
import Synchronization
import TestSupport
import Testing
import Valkey

@testable import Voting

@Suite("A ledger in a store", .enabled(if: StoreProcess.isTried, "\(StoreProcess.absence)"))
struct ValkeyLedgerTests {
  // MARK: Several instances

  @Test("several instances have one ledger: its votes, its steps and its keys")
  func shared() async throws {
    let store = try await StoreProcess()
    let (one, other) = (try store.ledger(), try store.ledger())
    #expect(one.secret == other.secret && one.epoch == other.epoch && one.isShared)
    try one.open(receipts: true)
    let receipt = Receipt(number: 7)
    _ = try one.count([await .of(1, .yes, receipt: receipt, isDrawnByPhone: true)])
    let (numbers, votes) = try other.count([
      await .of(1, .no, receipt: Receipt(number: 8), isDrawnByPhone: true),
      await .of(2, .yes, receipt: receipt, isDrawnByPhone: true),
    ])
    #expect(numbers?.tally == Tally(no: 1))
    #expect(votes.map(\.refusal) == [nil, .receiptTaken])
    #expect(votes[0].ballot.receipt == receipt)
    // Nothing but numbers has changed for the one.
    let news = try one.look(Instance(id: "1", name: "one"))
    #expect(news.contents == nil && news.numbers == numbers && news.missing == nil)
    var own = Instance(id: "2", name: "other")
    (own.screens, own.phones, own.ballots) = (3, 2, .codes)
    #expect(try other.look(own).instances == [Instance(id: "1", name: "one"), own])
    try other.leave(own)
    #expect(try one.look(nil).instances.map(\.id) == ["1"])
    // A vote is counted in the room that its instance knows, or not at all.
    var late = [await Vote.of(3, .yes)]
    let room = try one.rooms()
    try other.take(.close)
    #expect(try one.count(&late, in: try #require(room.publicRound), version: room.version) == nil)
    #expect(try one.look(nil).contents?.room.publicRound?.isOpen == false)
    #expect(try one.look(nil).contents == nil)
    let key = try other.start(.one).deskKey
    _ = try other.write(StepBatch(deskKey: 9, isNews: true))
    #expect(try one.look(nil).contents?.deskKey == 9 && key != 9)
  }

  @Test("of several instances that do steps at once, one waits for the other, and none is lost")
  func race() async throws {
    let store = try await StoreProcess()
    let url = store.url
    let count = 20
    try await withThrowingTaskGroup { group in
      for name in ["one", "other"] {
        group.addTask {
          try await onThread {
            let ledger = try url.ledger()
            for number in 0..<count { try ledger.take(.say("\(name) \(number)")) }
          }
        }
      }
      try await group.waitForAll()
    }
    let contents = try store.ledger().start(.one)
    #expect(contents.room.version == 2 * count && contents.record.count == 2 * count)
    #expect(contents.counters.sequence == 2 * count)
  }

  @Test(
    "votes wait while an instance does a step; one that dies is waited for no longer than seconds")
  func frozen() async throws {
    let store = try await StoreProcess()
    let (one, other) = (try store.ledger(), try store.ledger())
    try one.open()
    let round = try #require(try other.rooms().publicRound)
    let begun = try #require(try one.beginStep())
    let left = try store.run("PTTL", StoreKeys.freeze).number ?? 0
    #expect((1...StoreKeys.freezeMilliseconds).contains(left))
    // Where the machine is slow, it takes no longer.
    try store.run("PERSIST", StoreKeys.freeze)
    let vote = await Vote.of(1, .yes)
    let counted = Signal()
    let url = store.url
    async let numbers = onThread {
      var votes = [vote]
      let ledger = try url.ledger()
      ledger.freezePatience = .seconds(60)
      let numbers = try ledger.count(&votes, in: round, version: begun.room.version)
      counted.fire()
      return numbers
    }
    // It asks again and again.
    let before = try store.scriptCount()
    try await eventually { try store.scriptCount() > before + 2 }
    #expect(!counted.hasFired)
    // As it is when the time is over.
    try store.run("DEL", StoreKeys.freeze)
    #expect(try await numbers?.tally == Tally(yes: 1))
    // The one was not dead, only slow: its step is not done, for it does not know of the vote.
    let refused = storeFault {
      var room = begun.room
      let entries = try room.apply(.close, tally: Tally(), at: 0)
      return try one.write(
        StepBatch(step: StepChanges(from: begun.room, to: room, entries: entries), isNews: true))
    }
    #expect(refused == .late)
    #expect(try one.take(.close).publicRound?.isOpen == false)
  }

  @Test("a step that is given up lets the others go on at once")
  func cancel() async throws {
    let store = try await StoreProcess()
    let (one, other) = (try store.ledger(), try store.ledger())
    _ = try one.beginStep()
    one.cancelStep()
    #expect(try store.run("EXISTS", StoreKeys.freeze).number == 0)
    _ = try other.beginStep()
    // It is the other's now.
    one.cancelStep()
    #expect(try store.run("EXISTS", StoreKeys.freeze).number == 1)
  }

  // MARK: Restarts and losses

  @Test("after a restart of the store all goes on in a new epoch, and nothing is missing")
  func restart() async throws {
    let store = try await StoreProcess()
    let (one, other) = (try store.ledger(), try store.ledger())
    try one.open()
    _ = try one.count([await .of(1, .yes), await .of(2, .no)])
    _ = try other.count([await .of(3, .no)])
    let epoch = one.epoch
    await store.kill()
    let vote = await Vote.of(1, .no)
    #expect(storeFault { try one.count([vote]) } != nil)
    try await store.restart()
    let news = try one.look(nil)
    #expect(news.missing == nil && one.epoch != epoch)
    #expect(news.contents?.tallies[1] == Tally(yes: 1, no: 2))
    #expect(try other.look(nil).missing == nil && other.epoch == one.epoch)
    #expect(try other.count([vote]).numbers?.tally == Tally(no: 3))
    #expect(try one.look(nil).numbers?.tally == Tally(no: 3))
    #expect(try store.run("HLEN", StoreKeys.ends).number == 1)
  }

  @Test("votes that an emptied store had are missing, and counting goes on when the room says so")
  func flush() async throws {
    let store = try await StoreProcess()
    let (one, other) = (try store.ledger(), try store.ledger())
    try one.open()
    _ = try one.count([await .of(1, .yes), await .of(2, .no)])
    _ = try other.count([await .of(2, .yes)])
    let before = try one.start(.one)
    one.cancelStep()
    let epoch = try #require(one.epoch)
    try store.run("FLUSHALL")
    var votes = [await Vote.of(1, .no)]
    let round = try #require(before.room.publicRound)
    #expect(try one.count(&votes, in: round, version: before.room.version) == nil)
    let news = try one.look(nil)
    let missing = MissingVotes(epoch: epoch, count: 3)
    #expect(news.missing == missing && one.epoch != epoch)
    #expect(news.contents?.room == before.room && news.contents?.record == before.record)
    #expect(news.contents?.deskKey == before.deskKey)
    #expect(news.contents?.tallies[1] == Tally())
    #expect(news.contents.map { $0.counters.sequence > before.counters.sequence } == true)
    // Not before the room says it.
    #expect(try one.count(&votes, in: round, version: before.room.version) == nil)
    try one.take(.say("Votes are missing."))
    one.settle(missing)
    #expect(try one.count([await .of(1, .no)]).numbers?.tally == Tally(no: 1))
    // The others claim the same votes.
    #expect(try other.look(nil).missing == missing)
    #expect(try other.look(nil).missing == missing)
    other.settle(missing)
    #expect(try other.look(nil).missing == nil)
    #expect(try other.count([await .of(2, .yes)]).numbers?.tally == Tally(yes: 1, no: 1))
    // Whoever comes now finds the same ledger, and misses nothing.
    let third = try store.ledger()
    #expect(third.secret == one.secret)
    #expect(try third.look(nil).missing == nil)
  }

  @Test("votes that came after an old copy are missing once it is put back, for each who knew them")
  func oldCopy() async throws {
    let store = try await StoreProcess()
    let (one, other) = (try store.ledger(), try store.ledger())
    try one.open()
    _ = try one.count([await .of(1, .yes), await .of(2, .no)])
    await store.kill()
    let copy = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: store.folder, toPath: "\(copy.path)/copy")
    try await store.restart()
    // In an epoch that the copy does not know.
    let vote = await Vote.of(3, .no)
    #expect(try one.look(nil).missing == nil)
    #expect(try other.look(nil).missing == nil)
    _ = try one.count([vote])
    _ = try other.count([await .of(4, .yes), await .of(5, .yes)])
    let lost = try #require(other.epoch)
    await store.kill()
    for name in try FileManager.default.contentsOfDirectory(atPath: store.folder) {
      try FileManager.default.removeItem(atPath: "\(store.folder)/\(name)")
    }
    for name in try FileManager.default.contentsOfDirectory(atPath: "\(copy.path)/copy") {
      try FileManager.default.copyItem(
        atPath: "\(copy.path)/copy/\(name)", toPath: "\(store.folder)/\(name)")
    }
    try await store.restart()
    // The one acknowledged a vote less than the other, and has not looked since.
    let first = try one.look(nil).missing
    #expect(first?.epoch == lost && first?.count == 1)
    #expect(try other.look(nil).missing == MissingVotes(epoch: lost, count: 3))
    one.settle(try #require(first))
    other.settle(MissingVotes(epoch: lost, count: 3))
    #expect(try one.look(nil).contents == nil && one.epoch == other.epoch)
    #expect(try one.look(nil).missing == nil)
    #expect(try one.count([vote]).numbers?.tally == Tally(yes: 1, no: 2))
    #expect(try store.ledger().look(nil).missing == nil)
  }

  @Test("votes that a replica had not heard of are missing once it takes the store's place")
  func failover() async throws {
    let primary = try await StoreProcess()
    let replica = try await StoreProcess("--replicaof", "127.0.0.1", "\(primary.port)")
    #expect(storeFault { try replica.ledger() } == .isReplica)
    try await Relay.run(to: primary.port) { relay in
      let ledger = try ValkeyURL(host: "127.0.0.1", port: relay.port).ledger()
      try ledger.open()
      _ = try ledger.count([await .of(1, .yes)])
      try await eventually {
        try replica.run("HGET", StoreKeys.meta, "counted").number == 1
      }
      try replica.run("REPLICAOF", "NO", "ONE")
      _ = try ledger.count([await .of(2, .yes), await .of(1, .no)])
      let epoch = try #require(ledger.epoch)
      relay.cut()
      relay.mend(to: replica.port)
      let news = try ledger.look(nil)
      #expect(news.missing == MissingVotes(epoch: epoch, count: 2))
      #expect(news.contents?.tallies[1] == Tally(yes: 1))
      // A primary that becomes a replica under us is found so, too.
      ledger.settle(MissingVotes(epoch: epoch, count: 2))
      try replica.run("REPLICAOF", "127.0.0.1", "\(primary.port)")
      #expect(storeFault { try ledger.write(StepBatch()) } == .isReplica)
    }
  }

  @Test("a word that an instance leaves is found by one of the others, once, and goes by itself")
  func words() async throws {
    let store = try await StoreProcess()
    let (one, other) = (try store.ledger(), try store.ledger())
    try one.deposit("a", milliseconds: 120_000)
    let left = try store.run("PTTL", StoreKeys.word("a")).number ?? 0
    #expect((1...120_000).contains(left))
    #expect(try other.withdraw("a"))
    #expect(try !one.withdraw("a") && !other.withdraw("b"))
  }

  @Test("another ledger in the place of ours is not counted in, now and later")
  func replaced() async throws {
    let store = try await StoreProcess()
    let one = try store.ledger()
    try one.open()
    try store.run("FLUSHALL")
    let other = try store.ledger()
    #expect(other.secret != one.secret)
    #expect(storeFault { try one.look(nil) } == .replaced)
    let vote = await Vote.of(1, .yes)
    #expect(storeFault { try one.count([vote]) } == .replaced)
    #expect(storeFault { try one.recover() } == .replaced)
  }
}
