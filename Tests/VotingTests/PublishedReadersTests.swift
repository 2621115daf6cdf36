import EventLoop
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Voting

@Suite("Readers of rounds that are over")
struct PublishedReadersTests {
  /// A round that is closed and shown, with three ballots.
  private func hall() async throws -> Hall {
    let hall = try Hall(.sqlite)
    for choice in [Choice.yes, .no, .yes] { _ = try await hall.box.cast(choice) }
    try await hall.box.perform(.close)
    return hall
  }

  @Test("what was read once is read again without the ledger's thread, until a step changes it")
  func fromMemory() async throws {
    let hall = try await hall()
    let box = hall.box
    let list = try await box.receiptList()
    let text = try await box.recordText(round: 1)
    let steps = try await box.record(ofRound: 1)
    #expect(list != nil && text != nil && steps.map(\.kind) == [.opened, .closed])
    let reads = hall.disk.reads

    let isRead = Flag()
    hall.executor.held {
      Task.immediate {
        let again = (
          try await box.receiptList(round: 1), try await box.recordText(),
          try await box.record(ofRound: 1)
        )
        isRead.set(again.0 == list && again.1 == text && again.2 == steps)
      }
      #expect(isRead.isSet)
    }
    #expect(hall.disk.reads == reads)

    try await box.perform(.numbers(.init(present: 9)))
    #expect(try await box.recordText() != text)
    #expect(try await box.receiptList() == list)
    #expect(try await box.record(ofRound: 1).map(\.kind) == [.opened, .closed, .numbersEntered])
    #expect(hall.disk.reads > reads)
  }

  @Test("a hundred who ask at once ask the disk once")
  func together() async throws {
    let hall = try await hall()
    let reads = hall.disk.reads
    let tasks = hall.executor.held {
      (0..<100).map { _ in Task.immediate { try await hall.box.receiptList() } }
    }
    var lists: Set<[UInt8]?> = []
    for task in tasks { lists.insert(try await task.value) }
    #expect(lists.count == 1 && !lists.contains(nil))
    #expect(hall.disk.reads == reads + 1)
  }

  @Test("who asks while a round is being opened again, or hidden, gets nothing of it")
  func meanwhile() async throws {
    for step in [Step.open, .hide] {
      let hall = try await hall()
      let tasks = hall.executor.held {
        let step = Task.immediate { _ = try await hall.box.perform(step) }
        let list = Task.immediate { try await hall.box.receiptList() }
        let text = Task.immediate { try await hall.box.recordText() }
        let steps = Task.immediate { try await hall.box.record(ofRound: 1) }
        return (step, list, text, steps)
      }
      try await tasks.0.value
      #expect(try await tasks.1.value == nil)
      #expect(try await tasks.2.value == nil)
      #expect(try await tasks.3.value.isEmpty)
    }
  }

  @Test("while a shared ledger cannot be reached no reader waits for it, nor makes votes wait")
  func unreachable() async throws {
    let box = try BallotBox(
      ledger: SharedMemory().ledger(), executor: QueueExecutor(), question: Hall.question,
      clock: LoopClock.manual(ManualClock()))
    _ = try await box.cast(.yes)
    try await box.perform(.close)
    let fault = LedgerError.store("valkey://store", .unreachable(reason: "it does not answer"))
    box.recorded.withLock { $0.fault = fault }
    await #expect(throws: fault) { try await box.recordText() }
    await #expect(throws: fault) { try await box.record(ofRound: 1) }
    await #expect(throws: fault) { try await box.receiptList() }
    // Who looks finds that it is there again.
    try await box.lookAround()
    #expect(try await box.recordText() != nil)
    #expect(try await box.record(ofRound: 1).map(\.kind) == [.opened, .closed])
    #expect(try await box.receiptList() != nil)
    await box.finish()
  }

  @Test("values are kept up to their bytes, those that were asked for last")
  func recentlyUsed() {
    var kept = RecentlyUsed<Int, String>(maxBytes: 10)
    kept.keep("a", bytes: 4, for: 1)
    kept.keep("b", bytes: 4, for: 2)
    #expect(kept.value(for: 1) == "a")
    kept.keep("c", bytes: 4, for: 3)
    #expect(kept.value(for: 2) == nil)
    #expect(kept.value(for: 1) == "a" && kept.value(for: 3) == "c")
    kept.keep("d", bytes: 6, for: 1)
    #expect(kept.value(for: 1) == "d" && kept.bytes == 10)
    kept.keep("e", bytes: 11, for: 3)
    #expect(kept.value(for: 3) == nil && kept.value(for: 1) == "d" && kept.bytes == 6)
  }

  @Test("a turnstile lets one at a time through, and each of them")
  func turnstile() async {
    let turnstile = Turnstile()
    let inside = Flag()
    var passed = 0
    await withTaskGroup { group in
      for _ in 0..<50 {
        group.addTask {
          await turnstile.pass {
            #expect(!inside.isSet)
            inside.set(true)
            await Task.yield()
            inside.set(false)
          }
        }
      }
      for await _ in group { passed += 1 }
    }
    #expect(passed == 50)
  }
}

/// What several tasks see.
private final class Flag: Sendable {
  private let value = Mutex(false)

  var isSet: Bool { value.withLock { $0 } }
  func set(_ isSo: Bool) { value.withLock { $0 = isSo } }
}
