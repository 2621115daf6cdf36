import EventLoop
import Testing

@testable import ServerSentEvents

@Suite("A pacer")
struct PacerTests {
  private let start = Instant.now
  private let interval = Duration.milliseconds(50)

  private func time(_ milliseconds: Int) -> Instant {
    start + .milliseconds(milliseconds)
  }

  @Test("sends at once when the air is quiet")
  func leadingEdge() {
    var pacer = Pacer<Int>(now: start)
    #expect(pacer.offer(1, at: start) == .send(1))
    pacer.sent(at: start, interval: interval, pressed: interval)
    #expect(pacer.offer(2, at: time(50)) == .send(2))
  }

  @Test("sends the newest once the interval is over, and nothing between")
  func trailingEdge() {
    var pacer = Pacer<Int>(now: start)
    #expect(pacer.offer(1, at: start) == .send(1))
    pacer.sent(at: start, interval: interval, pressed: interval)
    #expect(pacer.offer(2, at: time(1)) == .wait(until: time(50)))
    for value in 3...9 { #expect(pacer.offer(value, at: time(value)) == .held) }
    #expect(pacer.fire() == 9)
    pacer.sent(at: time(50), interval: interval, pressed: interval)
    #expect(pacer.offer(10, at: time(99)) == .wait(until: time(100)))
    #expect(pacer.fire() == 10)
  }

  @Test("holds what comes between the end of the interval and the call that was promised")
  func late() {
    var pacer = Pacer<Int>(now: start)
    pacer.sent(at: start, interval: interval, pressed: interval)
    #expect(pacer.offer(1, at: time(10)) == .wait(until: time(50)))
    #expect(pacer.offer(2, at: time(60)) == .held)
    #expect(pacer.fire() == 2)
  }

  @Test("waits longer only while values come faster than they go out")
  func pressed() {
    var pacer = Pacer<Int>(now: start)
    let longer = Duration.milliseconds(200)
    #expect(pacer.offer(1, at: start) == .send(1))
    pacer.sent(at: start, interval: interval, pressed: longer)
    #expect(pacer.offer(2, at: time(50)) == .send(2))
    pacer.sent(at: time(50), interval: interval, pressed: longer)
    #expect(pacer.offer(3, at: time(60)) == .wait(until: time(100)))
    #expect(pacer.offer(4, at: time(61)) == .held)
    #expect(pacer.fire() == 4)
    pacer.sent(at: time(100), interval: interval, pressed: longer)
    #expect(pacer.offer(5, at: time(160)) == .wait(until: time(300)))
  }

  @Test("has nothing to send twice")
  func once() {
    var pacer = Pacer<Int>(now: start)
    #expect(pacer.fire() == nil)
    pacer.sent(at: start, interval: interval, pressed: interval)
    #expect(pacer.offer(1, at: start) == .wait(until: time(50)))
    #expect(pacer.fire() == 1)
    #expect(pacer.fire() == nil)
  }

  @Test(
    "waits longer after a broadcast that took long, up to a limit, and no longer after a quick one")
  func stretched() {
    let limits = AudienceLimits()
    let slow = Duration.milliseconds(40)
    #expect(limits.interval(interval, afterBroadcastOf: .milliseconds(1)) == interval)
    #expect(limits.interval(interval, afterBroadcastOf: slow) == .milliseconds(160))
    #expect(limits.interval(interval, afterBroadcastOf: .seconds(60)) == limits.updateIntervalMax)
    #expect(limits.interval(.seconds(5), afterBroadcastOf: .seconds(60)) == .seconds(5))
  }
}
