#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The system's clock that never goes back, and goes on while the system sleeps.
package enum SteadyClock {
  /// How long ago the system started, more or less.
  package static func timeSinceStart() -> Duration {
    var time = timespec()
    let failure = unsafe clock_gettime(Platform.steadyClock, &time)
    precondition(failure == 0, "the system has no steady clock")
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
