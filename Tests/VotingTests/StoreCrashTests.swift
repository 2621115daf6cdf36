import EventLoop
import Synchronization
import TestSupport
import Testing
import Valkey

@testable import Voting

@Suite("A store that crashes", .enabled(if: StoreProcess.isTried, "\(StoreProcess.absence)"))
struct StoreCrashTests {
  /// What voters were told.
  private final class Hearing: Sendable {
    private struct State {
      var choices: [Int: Choice] = [:]
      var count = 0
      var isOver = false
    }

    private let state = Mutex(State())

    var choices: [Int: Choice] { state.withLock { $0.choices } }
    /// Of votes that were acknowledged.
    var count: Int { state.withLock { $0.count } }
    var isOver: Bool { state.withLock { $0.isOver } }

    func end() { state.withLock { $0.isOver = true } }

    func note(_ choice: Choice, _ key: BallotKey) {
      state.withLock { state in
        state.choices[key.number] = choice
        state.count += 1
      }
    }
  }

  /// A voter's phone: it tries again until it is told that the vote counts, at any server.
  private struct Phone: Sendable {
    let key: BallotKey
    let boxes: [BallotBox]
    let hearing: Hearing

    /// Changes its mind again and again, each time when it has been told that its vote counts: what was
    /// refused may have been counted all the same.
    func vote(_ first: Choice) async throws {
      var choice = first
      while true {
        let box = boxes[Int.random(in: boxes.indices)]
        switch await box.refusal(of: choice, key: key) {
        case nil:
          hearing.note(choice, key)
          if hearing.isOver { return }
          choice = choice == .yes ? .no : .yes
        // A phone waits a little before it tries again; nothing is right or wrong by it.
        case .storage, .busy: try await Task.sleep(for: .milliseconds(1))
        case let refusal?: throw VoteError(reason: refusal, newKey: nil)
        }
      }
    }
  }

  @Test("a store that is killed, however often, loses no acknowledged vote and counts none twice")
  func kills() async throws {
    let store = try await StoreProcess()
    let url = store.url
    let boxes = try (0..<2).map { _ in
      try BallotBox(
        ledger: try url.ledger(), executor: QueueExecutor(), question: Hall.question)
    }
    let hearing = Hearing()
    let keys = (0..<40).map { _ in boxes[0].issueKey() }
    try await withThrowingTaskGroup { group in
      for (index, key) in keys.enumerated() {
        let phone = Phone(key: key, boxes: boxes, hearing: hearing)
        group.addTask { try await phone.vote(index.isMultiple(of: 2) ? .yes : .no) }
      }
      for _ in 0..<3 {
        // So that votes are under way.
        let count = hearing.count
        try await eventually { hearing.count > count + 100 }
        await store.kill()
        try await store.restart()
      }
      hearing.end()
      try await group.waitForAll()
    }
    let expected = hearing.choices
    #expect(expected.count == keys.count)
    var tally = Tally()
    for choice in expected.values { tally.count(choice, insteadOf: nil) }
    for box in boxes {
      try await eventually { box.snapshot.tally == tally }
      #expect(box.snapshot.room.missingVotes == nil)
    }
    #expect(try store.ledger().choices(round: 1) == expected)
    for box in boxes { await box.finish() }
  }
}
