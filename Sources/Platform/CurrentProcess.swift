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

  /// Takes a variable out of the environment, which programs that are started then do not have. To be
  /// called while nothing else reads the environment.
  package static func removeVariable(_ name: String) {
    // It fails for names that no variable can have.
    _ = unsafe unsetenv(name)
  }

  /// Whether everything in this container or namespace hangs on this process (pid_namespaces(7)): it
  /// inherits the children of those that end.
  package static var isFirst: Bool { getpid() == 1 }
}
