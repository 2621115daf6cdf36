import Platform

/// A moment on the system's clock that never goes back and goes on while the system sleeps.
///
/// `ContinuousClock.Instant` is the same, but its layout is the library's to change: an object that
/// keeps one calls into the runtime for every access to it.
public struct Instant: Comparable, Sendable {
  private let sinceStart: Duration

  public static var now: Instant { Instant(sinceStart: SteadyClock.timeSinceStart()) }

  public static func + (instant: Instant, duration: Duration) -> Instant {
    Instant(sinceStart: instant.sinceStart + duration)
  }

  public static func - (later: Instant, earlier: Instant) -> Duration {
    later.sinceStart - earlier.sinceStart
  }

  public static func < (one: Instant, other: Instant) -> Bool {
    one.sinceStart < other.sinceStart
  }
}
