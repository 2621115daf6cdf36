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

  /// See `LineWriter.rewriteLine`; on a terminal only.
  package static func rewriteLine(_ text: String) { writer.rewriteLine(text) }

  /// See `LineWriter.flush`.
  package static func flush() { writer.flush() }

  /// Somebody may be looking at it.
  package static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}
