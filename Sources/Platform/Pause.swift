#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension SteadyClock {
  /// Blocks the thread for so long. For a thread of its own; a task sleeps otherwise.
  package static func pause(for duration: Duration) {
    let (seconds, attoseconds) = duration.components
    var wanted = timespec(
      tv_sec: Int(max(0, seconds)), tv_nsec: Int(max(0, attoseconds / 1_000_000_000)))
    var left = wanted
    // A signal ends it early, and it says what is left.
    while unsafe nanosleep(&wanted, &left) == -1, Errno.last == .interrupted { wanted = left }
  }
}
