import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A program that this one started. It shares this process's standard streams and its terminal, so
/// that Ctrl-C reaches both; it outlives this process unless it is ended. Signals are as a program
/// finds them that a shell starts, whatever this process does with its own.
package final class ChildProcess: Sendable {
  private struct State {
    /// What it exited with; `nil` while it runs.
    var status: Int32?
    var waiting: [CheckedContinuation<Int32, Never>] = []
  }

  /// The number of the process; once it has ended it may be another's.
  package let number: Int32
  private let state = Mutex(State())

  /// Starts the program at a path.
  /// - Parameters:
  ///   - arguments: without the name of the program.
  ///   - streams: what it has in place of this process's standard streams, by their numbers.
  ///   - isInOwnGroup: Ctrl-C does not reach it.
  /// - Throws: `SystemError` as `posix_spawn(3)` has it, and when the system has no more threads.
  package init(
    _ path: String, _ arguments: [String], environment: [String: String],
    streams: [Int32: Int32] = [:], isInOwnGroup: Bool = false
  ) throws(SystemError) {
    let attributes = try SpawnAttributes(isInOwnGroup: isInOwnGroup)
    let actions = try SpawnActions(streams)
    var number: pid_t = 0
    let words = CStrings([path] + arguments)
    let variables = CStrings(environment.map { "\($0)=\($1)" })
    let failure = unsafe actions.spawn(
      &number, path, attributes, words.pointers, environment: variables.pointers)
    if failure != 0 { throw SystemError(call: "posix_spawn", errno: Errno(failure)) }
    self.number = number
    do throws(SystemError) {
      try SystemThread.start(name: "child") { self.wait() }
    } catch {
      send(.kill)
      wait()
      throw error
    }
  }

  /// Sends it a signal, while it runs.
  package func send(_ signal: ProcessSignal) {
    state.withLock { state in
      // Its number may be another's by then.
      if state.status == nil { kill(number, signal.rawValue) }
    }
  }

  package var hasEnded: Bool { state.withLock { $0.status != nil } }

  /// Waits until it has ended; it may be asked again, and by several. A task that is cancelled waits
  /// on: that ends no process.
  /// - Returns: what it exited with, or 128 and the number of the signal that ended it.
  package func exitStatus() async -> Int32 {
    await withCheckedContinuation { continuation in
      let status = state.withLock { state in
        if state.status == nil { state.waiting.append(continuation) }
        return state.status
      }
      if let status { continuation.resume(returning: status) }
    }
  }

  /// Blocks until it has ended.
  private func wait() {
    var code: Int32 = 0
    while unsafe waitpid(number, &code, 0) == -1, Errno.last == .interrupted {}
    let signal = code & 0x7F
    let status = signal == 0 ? (code >> 8) & 0xFF : 128 + signal
    let waiting = state.withLock { state in
      state.status = status
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume(returning: status) }
  }
}

/// Strings as C passes them on: one after the other, with a null pointer at the end.
@safe private final class CStrings {
  let pointers: [UnsafeMutablePointer<CChar>?]

  init(_ strings: [String]) {
    unsafe pointers = strings.map { unsafe strdup($0) } + [nil]
  }

  deinit {
    for index in unsafe pointers.indices { unsafe free(pointers[index]) }
  }
}
