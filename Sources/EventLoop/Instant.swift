/// A moment by a loop's clock.
///
/// `ContinuousClock.Instant` is much the same, but its layout is the library's to change: an object
/// that keeps one calls into the runtime for every access to it.
public struct Instant: InstantProtocol {
  private let sinceStart: Duration

  /// - Parameter sinceStart: since the clock's own beginning.
  init(sinceStart: Duration) { self.sinceStart = sinceStart }

  /// A moment by the system's clock, which all processes of a machine share, until the system starts
  /// again.
  package init(systemNanoseconds: Int64) { self.init(sinceStart: .nanoseconds(systemNanoseconds)) }

  /// For another process to know it by.
  package var systemNanoseconds: Int64 { Int64(sinceStart / .nanoseconds(1)) }

  /// The moment so much later; earlier for a negative duration.
  public func advanced(by duration: Duration) -> Instant {
    Instant(sinceStart: sinceStart + duration)
  }

  /// How much later the other moment is; negative where it is earlier.
  public func duration(to other: Instant) -> Duration { other.sinceStart - sinceStart }

  /// The moment so much later, as `advanced(by:)` has it.
  public static func + (instant: Instant, duration: Duration) -> Instant {
    instant.advanced(by: duration)
  }

  /// How much later the left moment is than the right one; both by one clock.
  public static func - (later: Instant, earlier: Instant) -> Duration {
    earlier.duration(to: later)
  }

  public static func < (one: Instant, other: Instant) -> Bool {
    one.sinceStart < other.sinceStart
  }
}
