import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A program that this one started. It shares this process's standard streams and its terminal, so
/// that Ctrl-C reaches both; it outlives this process unless it is ended.
package final class ChildProcess: Sendable {
  private let number: pid_t
  private let hasEnded = Mutex(false)
  private let ends: AsyncStream<Int32>

  /// Starts the program at a path.
  /// - Parameter arguments: without the name of the program.
  /// - Throws: `SystemError` as `posix_spawn(3)` has it.
  package init(
    _ path: String, _ arguments: [String], environment: [String: String]
  ) throws(SystemError) {
    var number: pid_t = 0
    let words = CStrings([path] + arguments)
    let variables = CStrings(environment.map { "\($0)=\($1)" })
    let failure = posix_spawn(&number, path, nil, nil, words.pointers, variables.pointers)
    if failure != 0 { throw SystemError(call: "posix_spawn", errno: Errno(failure)) }
    self.number = number
    let (ends, continuation) = AsyncStream.makeStream(of: Int32.self)
    self.ends = ends
    do throws(SystemError) {
      try SystemThread.start(name: "child") { continuation.yield(self.wait()) }
    } catch {
      send(.kill)
      _ = wait()
      throw error
    }
  }

  /// Sends it a signal, while it runs: SIGTERM asks it to end, SIGKILL ends it with nothing tidied up.
  package func send(_ signal: ProcessSignal) {
    hasEnded.withLock { hasEnded in
      // Its number may be another's by then.
      if !hasEnded { kill(number, signal.rawValue) }
    }
  }

  /// Waits until it has ended; to be asked once.
  /// - Returns: what it exited with, or 128 and the number of the signal that ended it.
  package func exitStatus() async -> Int32 {
    for await status in ends { return status }
    preconditionFailure("a child ends once")
  }

  private func wait() -> Int32 {
    var status: Int32 = 0
    while waitpid(number, &status, 0) == -1, Errno.last == .interrupted {}
    hasEnded.withLock { $0 = true }
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }
}

/// Strings as C passes them on: one after the other, with a null pointer at the end.
private final class CStrings {
  let pointers: [UnsafeMutablePointer<CChar>?]

  init(_ strings: [String]) { pointers = strings.map { strdup($0) } + [nil] }

  deinit {
    for pointer in pointers { free(pointer) }
  }
}
