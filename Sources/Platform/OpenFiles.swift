#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The limit on this process's open files, sockets included.
package enum OpenFiles {
  /// Raises the soft limit to the hard one, and returns the limit that holds now.
  package static func raiseLimit() -> Int {
    var limit = rlimit()
    // It fails for a bad pointer only.
    _ = unsafe getrlimit(Platform.openFiles, &limit)
    var raised = limit
    raised.rlim_cur = min(limit.rlim_max, Platform.openFilesMax)
    if raised.rlim_cur > limit.rlim_cur, unsafe setrlimit(Platform.openFiles, &raised) == 0 {
      limit = raised
    }
    return Int(clamping: min(limit.rlim_cur, Platform.openFilesMax))
  }
}
