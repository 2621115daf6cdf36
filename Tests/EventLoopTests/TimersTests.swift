import Testing

@testable import EventLoop

@Suite("Timers")
struct TimersTests {
  @Test(
    "timers come out in the order they are due, and those due together in the order they were added"
  )
  func order() {
    var timers = Timers()
    let now = LoopClock.system.now
    var fired: [Int] = []
    for (number, delay) in [3, 1, 2, 1].enumerated() {
      _ = timers.add(due: now + .seconds(delay)) { fired.append(number) }
    }
    while let action = timers.removeDue(at: now + .seconds(10)) { action() }
    #expect(fired == [1, 3, 2, 0])
  }

  @Test("timers stay until they are due")
  func notDue() {
    var timers = Timers()
    let now = LoopClock.system.now
    _ = timers.add(due: now + .seconds(1)) {}
    #expect((timers.removeDue(at: now) == nil) as Bool)
    #expect(timers.nextDue == now + .seconds(1))
    #expect(timers.removeDue(at: now + .seconds(1)) != nil)
    #expect(timers.nextDue == nil)
  }
}
