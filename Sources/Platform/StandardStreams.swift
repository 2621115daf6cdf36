#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The three streams that a program counts on being given.
package enum StandardStreams {
  /// Opens those that were closed by whoever started the program, on nothing.
  ///
  /// Otherwise whatever is opened next would get their numbers, and the log would be written into a
  /// socket, or into the pipe that signals come through. To be called before anything is opened.
  /// - Throws: `SystemError` as `open(2)` has it, where there is no `/dev/null`.
  package static func openMissing() throws(SystemError) {
    for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
      guard fcntl(number, F_GETFD) == -1, Errno.last == .badDescriptor else { continue }
      // It gets the lowest number that is free, which is this one.
      try systemCall("open") { unsafe open("/dev/null", O_RDWR) }
    }
  }
}
