#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A signal of the operating system, by a name that does not need the C library (`signal(7)`).
package struct ProcessSignal: RawRepresentable, Hashable, Sendable {
  package let rawValue: Int32

  package init(rawValue: Int32) { self.rawValue = rawValue }

  /// The terminal or the session is gone.
  package static let hangUp = ProcessSignal(rawValue: SIGHUP)
  /// Ctrl-C.
  package static let interrupt = ProcessSignal(rawValue: SIGINT)
  /// Ends a process with nothing tidied up.
  package static let kill = ProcessSignal(rawValue: SIGKILL)
  /// Asks a process to end.
  package static let terminate = ProcessSignal(rawValue: SIGTERM)

  /// What a shell says a process exited with that this signal ended.
  package var exitStatus: Int32 { 128 + rawValue }
}
