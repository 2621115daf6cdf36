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

  /// Finds out whether the system lets this process have so many threads more, with all the address
  /// space that each takes. They end at once.
  /// - Throws: `SystemError` when it does not.
  package static func checkAvailable(_ count: Int) throws(SystemError) {
    let (entrance, exit) = (try Gate(), try Gate())
    defer {
      entrance.open()
      exit.open()
    }
    for _ in 0..<count {
      try start(name: "check") {
        // What is allocated first in a thread sets far more aside than it needs.
        let block = unsafe malloc(1)
        entrance.knock()
        exit.wait()
        unsafe free(block)
      }
      // The next one finds less.
      entrance.wait()
    }
  }
}

/// Where threads wait until it is opened: at the end of a pipe.
private final class Gate: Sendable {
  private let ends: (reading: Int32, writing: Int32)

  init() throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    try systemCall("pipe") { unsafe pipe(&ends) }
    self.ends = (ends[0], ends[1])
  }

  deinit { _ = close(ends.reading) }

  func open() { _ = close(ends.writing) }

  /// Lets one through.
  func knock() {
    var byte: UInt8 = 0
    while unsafe write(ends.writing, &byte, 1) == -1, Errno.last == .interrupted {}
  }

  func wait() {
    var byte: UInt8 = 0
    while unsafe read(ends.reading, &byte, 1) == -1, Errno.last == .interrupted {}
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
