#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The system's clock as people read it. It can be set, also to an earlier time.
package enum WallClock {
  /// In whole seconds, rounded down.
  package static func secondsSince1970() -> Int { time(nil) }

  /// In whole milliseconds, rounded down.
  package static func millisecondsSince1970() -> Int {
    var time = timespec()
    // A clock that every system has.
    let failure = unsafe clock_gettime(CLOCK_REALTIME, &time)
    precondition(failure == 0, "the system has no clock")
    return Int(time.tv_sec) * 1_000 + Int(time.tv_nsec) / 1_000_000
  }
}
