#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The system's clock as people read it. It can be set, also to an earlier time.
package enum WallClock {
  /// In whole seconds, rounded down.
  package static func secondsSince1970() -> Int { time(nil) }
}
