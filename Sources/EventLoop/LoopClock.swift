import Platform

/// What a loop tells the time by: the system's clock, or one that a test moves. May be used from any
/// thread.
public struct LoopClock: Clock {
  let manual: ManualClock?

  /// The system's clock that never goes back and goes on while the system sleeps.
  public static let system = LoopClock(manual: nil)

  /// A clock that stands still until it is advanced.
  public static func manual(_ clock: ManualClock) -> LoopClock { LoopClock(manual: clock) }

  /// The moment it is. May be asked from any thread.
  public var now: Instant { manual?.now ?? Instant(sinceStart: SteadyClock.timeSinceStart()) }

  /// Of the timers of a loop: the system wakes it to the millisecond.
  public var minimumResolution: Duration { .milliseconds(1) }

  /// Sleeps until the moment; a tolerance lets the system wake it later than that.
  /// - Throws: `CancellationError` when the task is cancelled first.
  public func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
    if let manual {
      try await manual.sleep(until: deadline)
    } else {
      try await Task.sleep(for: now.duration(to: deadline), tolerance: tolerance)
    }
  }

  /// How long a loop may sleep before the moment; for ever where somebody wakes it.
  func timeout(until due: Instant) -> Duration? {
    manual == nil ? max(.zero, now.duration(to: due)) : nil
  }
}
