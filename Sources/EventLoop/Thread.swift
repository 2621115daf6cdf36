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

  /// The loop that runs on the calling thread, if one does.
  static var loop: EventLoop? {
    get {
      pthread_getspecific(loopKey).map {
        Unmanaged<EventLoop>.fromOpaque($0).takeUnretainedValue()
      }
    }
    set {
      // The thread's own body keeps the loop alive, and takes it out before it ends.
      let loop = newValue.map { UnsafeRawPointer(Unmanaged.passUnretained($0).toOpaque()) }
      let failure = pthread_setspecific(loopKey, loop)
      precondition(failure == 0, "the system has no memory for a thread's own value")
    }
  }

  private static let loopKey: pthread_key_t = {
    var key = pthread_key_t()
    let failure = pthread_key_create(&key, nil)
    precondition(failure == 0, "the system has no more keys for threads' own values")
    return key
  }()
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
