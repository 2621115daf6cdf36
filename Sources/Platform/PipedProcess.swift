import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A program that this one started and talks with, line by line: its standard input and output are
/// pipes of this process. Its input ends with this process at the latest, however that ends, and so
/// can it. A terminal's Ctrl-C does not reach it.
package final class PipedProcess: Sendable {
  /// What it says, a line each; it ends when its output does. To be read by one task.
  package let lines: AsyncStream<String>
  private let child: ChildProcess
  private let input: Mutex<Descriptor?>

  /// Lines that wait for their reader; those after them are lost.
  private static let maxLines = 10_000
  /// What is longer comes in several.
  private static let maxLineBytes = 64 * 1024

  /// Starts the program at a path.
  /// - Parameter arguments: without the name of the program.
  /// - Throws: `SystemError` as `pipe(2)` and `posix_spawn(3)` have it, and when the system has no more
  ///   threads.
  package init(
    _ path: String, _ arguments: [String], environment: [String: String]
  ) throws(SystemError) {
    let input = try Pipe()
    let output = try Pipe()
    let number = input.writing.number
    // Who does not read must not stop us.
    try systemCall("fcntl") { fcntl(number, F_SETFL, O_NONBLOCK) }
    child = try ChildProcess(
      path, arguments, environment: environment,
      streams: [STDIN_FILENO: input.reading.number, STDOUT_FILENO: output.writing.number],
      isInOwnGroup: true)
    self.input = Mutex(input.releaseWriting())
    let (lines, continuation) = AsyncStream.makeStream(
      of: String.self, bufferingPolicy: .bufferingOldest(Self.maxLines))
    self.lines = lines
    let end = output.releaseReading().release()
    do throws(SystemError) {
      try SystemThread.start(name: "child output") {
        Self.read(from: Descriptor(owning: end)) { continuation.yield($0) }
        continuation.finish()
      }
    } catch {
      child.send(.kill)
      _ = close(end)
      throw error
    }
  }

  /// The number of its process.
  package var number: Int32 { child.number }

  /// Sends it a line. One that has ended, or does not read, does not get it.
  package func send(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    input.withLock { input in
      guard let number = input?.number else { return }
      // What became of it is seen in what it says, and when it ends.
      _ = unsafe bytes.withUnsafeBytes { unsafe Platform.write(number, $0) }
    }
  }

  /// Tells it that nothing more will be sent.
  package func endInput() { input.withLock { $0 = nil } }

  /// Sends it a signal, while it runs.
  package func send(_ signal: ProcessSignal) { child.send(signal) }

  /// See `ChildProcess.exitStatus`.
  package func exitStatus() async -> Int32 { await child.exitStatus() }

  package var hasEnded: Bool { child.hasEnded }

  /// Blocks until the other end is closed.
  private static func read(from end: consuming Descriptor, _ hear: (String) -> Void) {
    var line: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    func endLine() {
      hear(String(decoding: line, as: UTF8.self))
      line.removeAll(keepingCapacity: true)
    }
    while true {
      let count = unsafe Platform.read(end.number, &buffer, buffer.count)
      if count == -1, Errno.last == .interrupted { continue }
      guard count > 0 else { break }
      for byte in buffer[..<count] {
        if byte == UInt8(ascii: "\n") { endLine() } else { line.append(byte) }
        if line.count == maxLineBytes { endLine() }
      }
    }
    if !line.isEmpty { endLine() }
  }
}

/// Both ends of a pipe; no program that is started has them by itself.
private struct Pipe: ~Copyable {
  let reading: Descriptor
  let writing: Descriptor

  init() throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    try systemCall("pipe") { unsafe Platform.makePipe(&ends) }
    reading = Descriptor(owning: ends[0])
    writing = Descriptor(owning: ends[1])
  }

  /// Closes the other one.
  consuming func releaseWriting() -> Descriptor { writing }
  consuming func releaseReading() -> Descriptor { reading }
}
