import EventLoop
import Foundation
import Synchronization
import TestSupport
import Testing
import Valkey

@testable import Voting

@Suite("Hearing what others do", .enabled(if: StoreProcess.isTried, "\(StoreProcess.absence)"))
struct StoreListenerTests {
  /// What was heard.
  private final class Ear: Sendable {
    private let hints = Mutex<[LedgerHint]>([])

    var heard: [LedgerHint] { hints.withLock { $0 } }
    /// How often anything may have happened.
    var alarms: Int { heard.count { $0.epoch.isEmpty } }

    func hear(_ hint: LedgerHint) { hints.withLock { $0.append(hint) } }
  }

  @Test("numbers are told to all at once, with their epoch and the room's version")
  func hears() async throws {
    let store = try await StoreProcess()
    let (one, other) = (try store.ledger(), try store.ledger())
    let ear = Ear()
    one.listen(ear.hear)
    try await eventually { ear.alarms > 0 }
    try other.open()
    let numbers = try #require(try other.count([await .of(1, .yes)]).numbers)
    let version = try other.rooms().version
    let hint = LedgerHint(epoch: try #require(other.epoch), version: version, numbers: numbers)
    try await eventually { ear.heard.contains(hint) }
  }

  @Test("after a restart of the store, and after a cut, the state is asked for")
  func restart() async throws {
    let store = try await StoreProcess()
    try await Relay.run(to: store.port) { relay in
      let ear = Ear()
      let url = ValkeyURL(host: "127.0.0.1", port: relay.port)
      let listener = StoreListener(url, name: "test", Heard(), ear.hear)
      defer { listener.stop() }
      try await eventually { ear.alarms > 0 }
      relay.cut()
      let uncut = ear.alarms
      relay.mend(to: store.port)
      try await eventually { ear.alarms > uncut }
      await store.kill()
      let alive = ear.alarms
      try await store.restart()
      try await eventually { ear.alarms > alive }
    }
  }

  @Test("a subscription that is dead without an error is found so, and made anew")
  func dead() async throws {
    let store = try await StoreProcess()
    try await Relay.run(to: store.port) { relay in
      let ear = Ear()
      let url = ValkeyURL(host: "127.0.0.1", port: relay.port)
      let listener = StoreListener(
        url, name: "test", Heard(), patience: .milliseconds(300), probe: .milliseconds(100),
        ear.hear)
      defer { listener.stop() }
      try await eventually { ear.alarms > 0 }
      // What goes in does not come out any more, and connections stay open.
      relay.swallow()
      let (lines, alarms) = (relay.count, ear.alarms)
      try await eventually { relay.count > lines && ear.alarms > alarms }
    }
  }

  @Test("what is said of an older epoch, or says nothing, is never shown")
  func olderEpoch() async throws {
    let store = try await StoreProcess()
    let screen = Screen()
    let executor = QueueExecutor()
    let box = try BallotBox(
      ledger: try store.url.ledger(), executor: executor, question: Hall.question,
      clock: LoopClock.manual(ManualClock()), onChange: screen.show)
    _ = try await box.cast(.yes)
    let version = box.snapshot.version
    for text in [
      "0-old run 999999 \(version) 1 77 0 0 99", "nonsense", "", "a b c d e f g h i",
      "0-old run -1 -1 -1 -1 -1 -1 -1",
    ] {
      try store.run("PUBLISH", StoreKeys.channel, text)
    }
    _ = try await box.cast(.no)
    try await eventually { box.snapshot.tally == Tally(yes: 1, no: 1) }
    #expect(screen.snapshots.allSatisfy { $0.tally.total <= 2 })
    await box.finish()
  }

  @Test("two servers before one store show one tally, at once and exactly")
  func boxes() async throws {
    let store = try await StoreProcess()
    let screens = [Screen(), Screen()]
    let url = store.url
    let boxes = try screens.map { screen in
      try BallotBox(
        ledger: try url.ledger(), executor: QueueExecutor(), question: Hall.question,
        clock: LoopClock.manual(ManualClock()), onChange: screen.show)
    }
    let keys = (0..<60).map { _ in boxes[0].issueKey() }
    try await withThrowingTaskGroup { group in
      for (index, key) in keys.enumerated() {
        // Each votes here and there; in the end, each third says no.
        group.addTask {
          _ = try await boxes[index % 2].cast(.yes, key: key)
          if index % 3 == 0 { _ = try await boxes[(index + 1) % 2].cast(.no, key: key) }
        }
      }
      try await group.waitForAll()
    }
    for box in boxes {
      try await eventually { box.snapshot.tally == Tally(yes: 40, no: 20) }
      #expect(await box.ballot(of: keys[3])?.choice == .no)
    }
    for screen in screens {
      let sequences = screen.snapshots.map(\.sequence)
      #expect(sequences == sequences.sorted())
    }
    try await boxes[0].perform(.close)
    #expect(await boxes[1].refusal(of: .yes) == .closed)
    for box in boxes { await box.finish() }
  }
}
