#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The stream that faults and logs go to.
package enum StandardError {
  /// Writes one line with one call, so that two threads' lines never mix. Control characters are
  /// escaped: what a client sent can forge neither a line nor a colour.
  package static func writeLine(_ line: String) {
    var text = ""
    for scalar in line.unicodeScalars {
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      text += isControl ? scalar.escaped(asASCII: true) : String(scalar)
    }
    text += "\n"
    // Nobody is left to tell when standard error is closed.
    _ = text.withUTF8 { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
  /// Somebody may be looking at it.
  package static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes over the line the cursor is in; on a terminal only. An empty text clears the line.
  package static func rewriteLine(_ text: String) {
    var text = "\r\u{1B}[K" + text
    // Nobody is left to tell when standard error is closed.
    _ = text.withUTF8 { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
