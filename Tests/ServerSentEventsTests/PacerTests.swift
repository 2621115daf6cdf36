import EventLoop
import Testing

@testable import ServerSentEvents

@Suite("A pacer")
struct PacerTests {
  private let start = LoopClock.system.now
  private let interval = Duration.milliseconds(50)

  private func time(_ milliseconds: Int) -> Instant {
    start + .milliseconds(milliseconds)
  }

  @Test("a pacer sends at once when idle")
  func leadingEdge() {
    var pacer = Pacer<Int>(now: start)
    #expect(pacer.submit(1, at: start) == .send(1))
    pacer.sent(at: start, interval: interval, coalescing: interval)
    #expect(pacer.submit(2, at: time(50)) == .send(2))
  }

  @Test("a pacer sends the newest once the interval is over, and nothing between")
  func trailingEdge() {
    var pacer = Pacer<Int>(now: start)
    #expect(pacer.submit(1, at: start) == .send(1))
    pacer.sent(at: start, interval: interval, coalescing: interval)
    #expect(pacer.submit(2, at: time(1)) == .wait(until: time(50)))
    for value in 3...9 { #expect(pacer.submit(value, at: time(value)) == .pending) }
    #expect(pacer.flush() == 9)
    pacer.sent(at: time(50), interval: interval, coalescing: interval)
    #expect(pacer.submit(10, at: time(99)) == .wait(until: time(100)))
    #expect(pacer.flush() == 10)
  }

  @Test("a pacer keeps what comes between the end of the interval and the flush that was scheduled")
  func late() {
    var pacer = Pacer<Int>(now: start)
    pacer.sent(at: start, interval: interval, coalescing: interval)
    #expect(pacer.submit(1, at: time(10)) == .wait(until: time(50)))
    #expect(pacer.submit(2, at: time(60)) == .pending)
    #expect(pacer.flush() == 2)
  }

  @Test("a pacer waits longer only while values come faster than they go out")
  func coalescing() {
    var pacer = Pacer<Int>(now: start)
    let longer = Duration.milliseconds(200)
    #expect(pacer.submit(1, at: start) == .send(1))
    pacer.sent(at: start, interval: interval, coalescing: longer)
    #expect(pacer.submit(2, at: time(50)) == .send(2))
    pacer.sent(at: time(50), interval: interval, coalescing: longer)
    #expect(pacer.submit(3, at: time(60)) == .wait(until: time(100)))
    #expect(pacer.submit(4, at: time(61)) == .pending)
    #expect(pacer.flush() == 4)
    pacer.sent(at: time(100), interval: interval, coalescing: longer)
    #expect(pacer.submit(5, at: time(160)) == .wait(until: time(300)))
  }

  @Test("a pacer sends nothing twice, and not what it was told to discard")
  func once() {
    var pacer = Pacer<Int>(now: start)
    #expect(pacer.flush() == nil)
    pacer.sent(at: start, interval: interval, coalescing: interval)
    #expect(pacer.submit(1, at: start) == .wait(until: time(50)))
    #expect(pacer.flush() == 1)
    #expect(pacer.flush() == nil)
    #expect(pacer.submit(2, at: start) == .wait(until: time(50)))
    pacer.discard()
    #expect(pacer.flush() == nil)
  }

  @Test(
    "a state waits longer after a broadcast that took long, up to a limit")
  func stretched() {
    let limits = AudienceLimits()
    let slow = Duration.milliseconds(40)
    #expect(limits.interval(interval, afterBroadcastOf: .milliseconds(1)) == interval)
    #expect(limits.interval(interval, afterBroadcastOf: slow) == .milliseconds(160))
    #expect(limits.interval(interval, afterBroadcastOf: .seconds(60)) == limits.maxUpdateInterval)
    #expect(limits.interval(.seconds(5), afterBroadcastOf: .seconds(60)) == .seconds(5))
  }
}
