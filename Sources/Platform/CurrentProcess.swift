#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The process this code runs in.
package enum CurrentProcess {
  /// Ends the process once standard error has what was written to it, or after a second; other
  /// threads do not finish what they do.
  package static func exit(_ status: Int32) -> Never {
    StandardError.flush()
    #if canImport(Glibc)
      Glibc.exit(status)
    #else
      Darwin.exit(status)
    #endif
  }
}
