/// Names a timer, for cancelling it.
public struct TimerID: Hashable, Sendable {
  fileprivate let number: UInt64
}

/// The timers of one loop, in the order they are due. A loop has a handful (deadlines are swept
/// together), so a sorted array beats a heap.
struct Timers {
  private struct Timer {
    let id: TimerID
    let due: Instant
    let action: () -> Void
  }

  /// Latest first: the next one is at the end.
  private var timers: [Timer] = []
  private var count: UInt64 = 0

  var nextDue: Instant? { timers.last?.due }

  mutating func add(due: Instant, _ action: @escaping () -> Void) -> TimerID {
    count += 1
    let id = TimerID(number: count)
    let index = timers.firstIndex { $0.due <= due } ?? timers.endIndex
    timers.insert(Timer(id: id, due: due, action: action), at: index)
    return id
  }

  /// Takes the timer away; one that has fired or was cancelled before is not an error.
  mutating func cancel(_ id: TimerID) {
    timers.removeAll { $0.id == id }
  }

  mutating func removeDue(at now: Instant) -> (() -> Void)? {
    guard let next = timers.last, next.due <= now else { return nil }
    timers.removeLast()
    return next.action
  }
}
