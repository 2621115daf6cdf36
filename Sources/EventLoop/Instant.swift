/// A moment by a loop's clock.
///
/// `ContinuousClock.Instant` is much the same, but its layout is the library's to change: an object
/// that keeps one calls into the runtime for every access to it.
public struct Instant: InstantProtocol {
  private let sinceStart: Duration

  /// - Parameter sinceStart: since the clock's own beginning.
  init(sinceStart: Duration) { self.sinceStart = sinceStart }

  public func advanced(by duration: Duration) -> Instant {
    Instant(sinceStart: sinceStart + duration)
  }

  public func duration(to other: Instant) -> Duration { other.sinceStart - sinceStart }

  public static func + (instant: Instant, duration: Duration) -> Instant {
    instant.advanced(by: duration)
  }

  public static func - (later: Instant, earlier: Instant) -> Duration {
    earlier.duration(to: later)
  }

  public static func < (one: Instant, other: Instant) -> Bool {
    one.sinceStart < other.sinceStart
  }
}
