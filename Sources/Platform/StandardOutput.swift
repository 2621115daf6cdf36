#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The stream that what was asked for goes to. Unlike `print`, writing here says when it fails.
package enum StandardOutput {
  /// Writes a text and waits until its reader has taken it. A reader that has left wanted no more:
  /// then nothing happens.
  /// - Throws: `SystemError` as `write(2)` has it, such as a full disk.
  package static func write(_ text: String) throws(SystemError) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      do throws(SystemError) {
        let written = try attempt("write") {
          unsafe rest.withUnsafeBytes { unsafe Platform.write(STDOUT_FILENO, $0) }
        }
        switch written {
        case .done(let count): rest = rest.dropFirst(count)
        case .wouldBlock: waitForReader()
        }
      } catch  where error.errno == .brokenPipe {
        return
      }
    }
  }

  /// Somebody else made it non-blocking.
  private static func waitForReader() {
    var entry = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
    _ = unsafe poll(&entry, 1, 10)
  }
}
