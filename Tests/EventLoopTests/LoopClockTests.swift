import EventLoop
import Testing

@Suite("The clock of a loop")
struct LoopClockTests {
  /// Runs `body` on a loop whose clock stands still.
  private func withLoop(_ body: (EventLoop, ManualClock) async throws -> Void) async throws {
    let clock = ManualClock()
    let loop = try EventLoop(name: "test", clock: .manual(clock))
    defer { loop.stop() }
    try await body(loop, clock)
  }

  /// Returns when the loop has done what it was given before.
  private func settle(_ loop: EventLoop) async {
    for _ in 0..<2 {
      await withCheckedContinuation { continuation in loop.execute { continuation.resume() } }
    }
  }

  @Test("a timer fires when a clock moved by hand has come to it, and not before")
  func timerOnManualClock() async throws {
    try await withLoop { loop, clock in
      let (fired, continuation) = AsyncStream.makeStream(of: Int.self)
      loop.execute {
        for seconds in [10, 20] {
          loop.schedule(after: .seconds(seconds)) { continuation.yield(seconds) }
        }
        loop.schedule(after: .seconds(5)) { continuation.yield(5) }
      }
      await settle(loop)
      var next = fired.makeAsyncIterator()
      clock.advance(by: .seconds(9))
      #expect(await next.next() == 5)
      clock.advance(by: .seconds(1))
      #expect(await next.next() == 10)
      clock.advance(by: .seconds(3600))
      #expect(await next.next() == 20)
      #expect(loop.now == clock.now)
    }
  }

  @Test("a task that sleeps on a clock moved by hand goes on when its time has come")
  func sleepOnManualClock() async throws {
    let clock = ManualClock()
    let deadline = clock.now.advanced(by: .seconds(7))
    let task = Task { try await LoopClock.manual(clock).sleep(until: deadline) }
    clock.advance(by: .seconds(6))
    clock.advance(by: .seconds(1))
    try await task.value
    #expect(clock.now == deadline)
  }

  @Test("a task that is cancelled sleeps no longer on a clock that stands still")
  func cancelledSleep() async throws {
    let clock = ManualClock()
    let task = Task {
      try await LoopClock.manual(clock).sleep(until: clock.now.advanced(by: .seconds(1)))
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("the system's clock never goes back")
  func systemClock() {
    let first = LoopClock.system.now
    #expect(LoopClock.system.now >= first)
  }
}
