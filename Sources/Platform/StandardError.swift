#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The stream that faults and logs go to. Nothing that is written here waits for a reader.
package enum StandardError {
  private static let writer = LineWriter(STDERR_FILENO)

  /// See `LineWriter.writeLine`.
  package static func writeLine(_ line: String) { writer.writeLine(line) }

  /// See `LineWriter.writeText`; on a terminal only.
  package static func writeText(_ text: String) { writer.writeText(text) }

  /// See `LineWriter.rewriteLine`; on a terminal only.
  package static func rewriteLine(_ text: String) { writer.rewriteLine(text) }

  /// See `LineWriter.flush`.
  package static func flush() { writer.flush() }

  /// Somebody may be looking at it.
  package static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// How many characters a line of the terminal holds; `nil` where it does not say, and for what is
  /// no terminal.
  package static var terminalColumns: Int? {
    var size = winsize()
    guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }
}
