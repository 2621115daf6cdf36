#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A thread of the operating system.
package enum SystemThread {
  /// Runs `body` on a new thread, which ends when `body` returns.
  /// - Throws: `SystemError` when the system has no more threads.
  package static func start(
    name: String, _ body: @escaping @Sendable () -> Void
  ) throws(SystemError) {
    let box = unsafe Unmanaged.passRetained(ThreadBody(name: name, body: body))
    let failure = unsafe Platform.startThread(box)
    if failure != 0 {
      unsafe box.release()
      throw SystemError(call: "pthread_create", errno: Errno(failure))
    }
  }
}

/// What a new thread is handed.
final class ThreadBody: Sendable {
  private let name: String
  private let body: @Sendable () -> Void

  init(name: String, body: @escaping @Sendable () -> Void) {
    self.name = name
    self.body = body
  }

  /// Takes over the retained box and runs it.
  static func run(_ box: UnsafeMutableRawPointer) {
    let thread = unsafe Unmanaged<ThreadBody>.fromOpaque(box).takeRetainedValue()
    Platform.nameThisThread(thread.name)
    thread.body()
  }
}
