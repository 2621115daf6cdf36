import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Writes lines to a descriptor without ever waiting for its reader.
///
/// Lines wait in a queue, and a thread that is there only while there is something to write takes
/// them. Where the reader stops reading (a pipe nobody reads, Ctrl-S in a terminal, a disk that
/// hangs) lines are dropped once the queue is full, and counted: the next line that gets through says
/// how many. Any thread may write.
package final class LineWriter: Sendable {
  private struct State {
    /// Whole lines, and what is written over the present one, in order.
    var queue: [UInt8] = []
    var droppedCount = 0
    /// A thread is writing, and looks for more when it is done.
    var isWriting = false
  }

  /// As many bytes wait for a reader at most.
  package static let maxQueuedBytes = 256 * 1024

  private let descriptor: Int32
  private let state = Mutex(State())

  /// - Parameter descriptor: stays its owner's, and open for as long as the writer lives.
  package init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// Writes a line. Control characters are escaped: what a client sent can forge neither a line nor a
  /// colour.
  package func writeLine(_ line: String) {
    var text = ""
    for scalar in line.unicodeScalars {
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      text += isControl ? scalar.escaped(asASCII: true) : String(scalar)
    }
    add(text + "\n")
  }

  /// Writes lines as they are, with the escape codes of a terminal: nothing that came from outside.
  package func writeText(_ text: String) { add(text) }

  /// Writes over the line that a terminal's cursor is in. An empty text clears the line.
  package func rewriteLine(_ text: String) { add("\r\u{1B}[K" + text) }

  /// How many lines were dropped and not told of yet.
  package var droppedCount: Int { state.withLock { $0.droppedCount } }

  /// Waits until all is written that was given before, or the time is over; blocks. For a program
  /// that is about to end.
  package func flush(atMost time: Duration = .seconds(1)) {
    let deadline = SteadyClock.timeSinceStart() + time
    while state.withLock({ $0.isWriting }), SteadyClock.timeSinceStart() < deadline {
      _ = poll(nil, 0, 1)
    }
  }

  private func add(_ text: String) {
    let startsWriting = state.withLock { state in
      let isFull = state.queue.count + text.utf8.count > Self.maxQueuedBytes
      if isFull {
        state.droppedCount += 1
        return false
      }
      if state.droppedCount > 0 {
        state.queue += "(\(state.droppedCount) lines were dropped here: nobody read them)\n".utf8
        state.droppedCount = 0
      }
      state.queue += text.utf8
      defer { state.isWriting = true }
      return !state.isWriting
    }
    guard startsWriting else { return }
    do throws(SystemError) {
      try SystemThread.start(name: "log") { self.writeQueue() }
    } catch {
      // No threads are left: perhaps that is what the line says.
      writeWithoutWaiting()
    }
  }

  /// Writes what the reader takes at once, and drops the rest.
  private func writeWithoutWaiting() {
    state.withLock { state in
      var rest = state.queue[...]
      while !rest.isEmpty {
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard unsafe poll(&entry, 1, 0) == 1 else { break }
        // A pipe that takes anything takes so much (POSIX, `write`).
        let part = rest.prefix(Self.maxPipeBytes)
        let count = unsafe part.withUnsafeBytes { unsafe Platform.write(descriptor, $0) }
        guard count > 0 else { break }
        rest = rest.dropFirst(count)
      }
      state.isWriting = false
      state.droppedCount += rest.count { $0 == 10 }
      state.queue = []
    }
  }

  /// The least that `PIPE_BUF` may be.
  private static let maxPipeBytes = 512

  private func writeQueue() {
    while let bytes = takeQueue() { write(bytes[...]) }
  }

  private func takeQueue() -> [UInt8]? {
    state.withLock { state in
      if state.queue.isEmpty {
        state.isWriting = false
        return nil
      }
      defer { state.queue = [] }
      return state.queue
    }
  }

  /// Writes all of it, in one call where the reader takes it: then other processes' lines do not come
  /// between.
  private func write(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Platform.write(descriptor, $0) }
      if count > 0 {
        rest = rest.dropFirst(count)
        continue
      }
      switch Errno.last {
      case .interrupted: break
      case .wouldBlock:
        // Somebody else made it non-blocking.
        var entry = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&entry, 1, -1)
        // Darwin cannot wait for every terminal, and says so at once.
        if entry.revents & Int16(POLLNVAL) != 0 { _ = poll(nil, 0, 10) }
      // Nobody is left to be told, and nobody to tell that.
      default: return
      }
    }
  }
}
