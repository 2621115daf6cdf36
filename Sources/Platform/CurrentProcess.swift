#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The process this code runs in.
package enum CurrentProcess {
  /// Ends the process at once; other threads do not finish what they do.
  package static func exit(_ status: Int32) -> Never {
    #if canImport(Glibc)
      Glibc.exit(status)
    #else
      Darwin.exit(status)
    #endif
  }
}
