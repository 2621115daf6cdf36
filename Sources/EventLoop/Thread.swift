/// A thread of the operating system.
enum Thread {
  /// Runs `body` on a new thread, which ends when `body` returns.
  /// - Throws: `SystemError` when the system has no more threads.
  static func start(name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
    let box = Unmanaged.passRetained(ThreadBody(name: name, body: body))
    let failure = Platform.startThread(box)
    if failure != 0 {
      box.release()
      throw SystemError(call: "pthread_create", number: failure)
    }
  }

  /// A number for the calling thread, unlike that of any other thread alive.
  static var current: UInt { Platform.thisThread }
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
    let thread = Unmanaged<ThreadBody>.fromOpaque(box).takeRetainedValue()
    Platform.nameThisThread(thread.name)
    thread.body()
  }
}
