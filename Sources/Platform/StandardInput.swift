#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The stream by which a program is told what to do by the one that started it.
package enum StandardInput {
  /// Calls `hear` with every line, on a thread of its own, and `atEnd` when no more come: whoever wrote
  /// there has ended. To be called once.
  /// - Throws: `SystemError` when the system has no more threads.
  package static func follow(
    _ hear: @escaping @Sendable (String) -> Void, atEnd: @escaping @Sendable () -> Void
  ) throws(SystemError) {
    try SystemThread.start(name: "input") {
      while let line = readLine() { hear(line) }
      atEnd()
    }
  }
}
