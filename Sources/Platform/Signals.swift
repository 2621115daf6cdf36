import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Signals of the operating system as values.
package enum Signals {
  /// The signals that ask a program to end: SIGTERM, SIGINT as Ctrl-C sends it, and SIGHUP as a
  /// terminal sends it that is closed, unless it was ignored when the program started (`nohup(1)`).
  ///
  /// From now on they end nothing by themselves, and none is lost: a handler leaves each in a pipe,
  /// whichever thread it comes to, and one thread reads them from there. To be called once.
  /// - Throws: `SystemError` when the system has no more descriptors or threads.
  package static func termination() throws(SystemError) -> AsyncStream<ProcessSignal> {
    let ends = try makePipe()
    let (stream, continuation) = AsyncStream.makeStream(of: ProcessSignal.self)
    try SystemThread.start(name: "signals") {
      var number: UInt8 = 0
      // It never ends: the process keeps the other end open.
      while unsafe read(ends.reading, &number, 1) != 0 {
        if number != 0 { continuation.yield(ProcessSignal(rawValue: Int32(number))) }
        number = 0
      }
    }
    pipeForHandler.store(ends.writing, ordering: .releasing)
    for signal in [ProcessSignal.terminate, .interrupt, .hangUp] where !signal.isIgnoredHangUp {
      handle(signal)
    }
    return stream
  }

  /// Both ends stay open for as long as the process lives.
  private static func makePipe() throws(SystemError) -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    try systemCall("pipe") { unsafe pipe(&ends) }
    for end in ends { try systemCall("fcntl") { fcntl(end, F_SETFD, FD_CLOEXEC) } }
    // A handler must not wait. So many signals that they fill the pipe say nothing new.
    try systemCall("fcntl") { fcntl(ends[1], F_SETFL, O_NONBLOCK) }
    return (ends[0], ends[1])
  }

  /// What the handler may touch: nothing that locks or allocates (`signal-safety(7)`).
  private static let pipeForHandler = Atomic<Int32>(-1)

  private static func handle(_ signal: ProcessSignal) {
    var action = sigaction()
    Platform.setHandler(&action) { number in
      let errnoBefore = Errno.last
      var byte = UInt8(truncatingIfNeeded: number)
      _ = unsafe write(Signals.pipeForHandler.load(ordering: .acquiring), &byte, 1)
      errnoBefore.setLast()
    }
    action.sa_flags = Int32(truncatingIfNeeded: SA_RESTART)
    // It fails only for numbers that are not signals.
    _ = unsafe sigaction(signal.rawValue, &action, nil)
  }

  /// Writing to a closed pipe, and past the limit on a file's size (`ulimit -f`), becomes an error of
  /// that write instead of the end of the process.
  package static func ignoreFailingWrites() {
    for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
  }

  /// Has the system forget children as they end, whose exit status nobody asks for: those that the
  /// first process of a container inherits would stay as zombies. Not for a program that starts some
  /// itself: it would not learn what became of them.
  package static func forgetChildren() { signal(SIGCHLD, SIG_IGN) }
}

extension ProcessSignal {
  /// A hang-up that whoever started the program wants it to survive.
  fileprivate var isIgnoredHangUp: Bool {
    guard self == .hangUp else { return false }
    var action = sigaction()
    guard unsafe sigaction(rawValue, nil, &action) == 0 else { return false }
    return Platform.isIgnored(action)
  }
}
