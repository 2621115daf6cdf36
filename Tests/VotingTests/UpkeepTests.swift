import EventLoop
import Synchronization
import TestSupport
import Testing

@testable import Voting

@Suite("A ballot box that the disk keeps waiting")
struct WaitingForDiskTests {
  @Test("pages read rounds, numbers and their own choice while the disk hangs")
  func pages() async throws {
    let room = try Hall(.sqlite)
    let key = try #require(try await room.box.cast(.yes).newKey)
    final class Answer: Sendable { let choice = Mutex<Choice?>(nil) }
    let own = Answer()
    room.executor.held {
      _ = Task.immediate {
        let choice = await room.box.ballot(of: key)?.choice
        own.choice.withLock { $0 = choice }
      }
      #expect(own.choice.withLock { $0 } == .yes)
      #expect(room.box.snapshot.tally == Tally(yes: 1))
      #expect(room.box.counts.map(\.tally) == [Tally(yes: 1)])
      #expect(room.box.isValid(room.box.issueKey()))
    }
  }

  @Test(
    "a ballot box says that it is not storing once a vote has waited too long, until that is stored"
  )
  func hangingDisk() async throws {
    let clock = ManualClock()
    let room = try Hall(.memory, clock: .manual(clock))
    #expect(room.box.isStoring)
    let vote = room.executor.held {
      let vote = Task.immediate { try await room.box.cast(.yes) }
      clock.advance(by: BallotBox.maxVoteWait - .milliseconds(1))
      #expect(room.box.isStoring)
      clock.advance(by: .milliseconds(1))
      #expect(!room.box.isStoring)
      #expect(room.box.longestWait == BallotBox.maxVoteWait)
      return vote
    }
    _ = try await vote.value
    #expect(room.box.isStoring)
    #expect(room.box.longestWait == .zero)
  }

  @Test("votes that came later do not hide the one that waits longest")
  func longestWait() async throws {
    let clock = ManualClock()
    let room = try Hall(.memory, clock: .manual(clock))
    let votes = room.executor.held {
      (1...3).map { _ in
        clock.advance(by: .seconds(1))
        return Task.immediate { try await room.box.cast(.yes) }
      } + [
        Task.immediate {
          #expect(room.box.longestWait == .seconds(2))
          return try await room.box.cast(.yes)
        }
      ]
    }
    for vote in votes { _ = try await vote.value }
  }
}

@Suite("A ballot box that is let go of")
struct AbandonedBoxTests {
  @Test("a box that nobody finishes leaves no task that sleeps for it")
  func sleepers() async throws {
    weak var executor: QueueExecutor?
    let clock = ManualClock()
    do {
      let own = QueueExecutor()
      executor = own
      let box = try BallotBox(
        ledger: LocalLedger(MemoryLedger()), executor: own, question: Hall.question,
        clock: LoopClock.manual(clock))
      _ = try await box.cast(.yes)
      try await box.perform(.countdown(.start(seconds: 30)))
    }
    // Its tasks hold it until they end, and the clock wakes none.
    try await eventually { executor == nil }
    withExtendedLifetime(clock) {}
  }
}

@Suite("After a fault of the disk")
struct HealingTests {
  @Test("storing is tried again until it works, though nobody votes", arguments: Storage.allCases)
  func heals(storage: Storage) async throws {
    let clock = ManualClock()
    let room = try Hall(storage, clock: .manual(clock))
    room.disk.fail()
    #expect(await room.box.refusal(of: .yes) == .storage(Disk.full))
    #expect(!room.box.isStoring)
    room.disk.fail(false)
    try await eventually {
      clock.advance(by: BallotBox.upkeepInterval)
      return room.box.isStoring
    }
    #expect(room.box.snapshot.tally == Tally())
    #expect(room.screen.snapshots.isEmpty)
    #expect(room.disk.faults == [Disk.full])
  }

  @Test(
    "a first vote that failed gives its key, and its repeat moves the ballot it may have made",
    arguments: Storage.allCases, [BallotPolicy.one, .many])
  func keyOfFailedVote(storage: Storage, ballots: BallotPolicy) async throws {
    let room = try Hall(storage, ballots: ballots)
    room.disk.fail()
    let failed = await room.castTogether([(.yes, nil)])[0]
    guard case .failure(let error) = failed else {
      Issue.record("a vote was acknowledged that is not stored")
      return
    }
    let key = try #require(error.newKey)
    #expect(room.box.isValid(key))
    room.disk.fail(false)
    for _ in 1...2 { _ = try await room.box.cast(.no, key: key) }
    #expect(room.box.snapshot.tally == Tally(no: 1))
  }

  @Test("a vote that failed under its browser's key needs no other")
  func keyIsKnown() async throws {
    let room = try Hall(.memory)
    let key = room.box.issueKey()
    room.disk.fail()
    let failure = VoteError(reason: .storage(Disk.full), newKey: nil)
    #expect(await room.castTogether([(.yes, key)]) == [.failure(failure)])
    #expect(await room.castTogether([(.no, key)]) == [.failure(failure)])
  }
}
