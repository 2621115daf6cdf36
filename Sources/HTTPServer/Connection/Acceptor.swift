import EventLoop
import Platform

/// Takes connections in and deals them to the workers in turn. It runs on the first loop.
actor Acceptor {
  private nonisolated let loop: EventLoop
  /// None once it has stopped.
  private var sockets: [ListeningSocket]
  private let workers: [Worker]
  private let counter: ConnectionCounter
  private let log: Log
  private var next = 0
  private var isOpen = true
  /// The system has run out of something since the last connection, and the log knows.
  private var isExhausted = false
  /// What was known when slots became short; `nil` while there are enough.
  private var shortage: ServerStatistics?

  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

  init(
    _ sockets: [ListeningSocket], workers: [Worker], counter: ConnectionCounter, log: Log,
    on loop: EventLoop
  ) {
    self.sockets = sockets
    self.workers = workers
    self.counter = counter
    self.log = log
    self.loop = loop
  }

  func start() throws {
    for socket in sockets { try watch(socket) }
  }

  private func watch(_ socket: ListeningSocket) throws(SystemError) {
    try socket.watch(on: loop) { self.accept(from: socket) }
  }

  func stop() {
    guard isOpen else { return }
    isOpen = false
    for socket in sockets {
      // Who has connected is served, if not by who takes the socket over.
      if !socket.isInherited { accept(from: socket) }
      socket.unwatch(on: loop)
      socket.shutDown()
    }
    sockets = []
  }

  /// At most so many in one turn of the loop, so that the connections on it get theirs.
  private static let maxAccepts = 128

  private func accept(from socket: ListeningSocket) {
    do {
      for _ in 0..<Self.maxAccepts {
        switch try socket.accept() {
        case .none: return
        case .exhausted(let error): return pause(socket, because: error)
        case .connection(let connection): dispatch(connection)
        }
      }
    } catch {
      pause(socket, because: error)
    }
  }

  private func dispatch(_ connection: consuming Descriptor) {
    if isExhausted { log("connections are taken in again") }
    isExhausted = false
    let hasSlot = counter.take()
    if counter.isShort { noteShortage() }
    guard hasSlot else { return reject(connection) }
    workers[next].accept(connection, takenFrom: counter)
    next = (next + 1) % workers.count
  }

  // MARK: Shortage of slots

  /// Says so before closing: a browser then tells its user more than "connection reset".
  private func reject(_ connection: borrowing Descriptor) {
    for worker in workers { worker.makeRoom() }
    unsafe withUnsafeTemporaryAllocation(byteCount: 16 * 1024, alignment: 1) { request in
      // Closing on unread bytes would reset the connection under the response. One that cannot be
      // read has gone, and is not told either.
      _ = try? unsafe connection.receive(into: request)
    }
    // Best effort: what the socket does not take now, the client does without.
    _ = unsafe Self.serviceUnavailable.withUnsafeBytes { try? unsafe connection.send($0) }
    connection.finishSending()
  }

  private static let serviceUnavailable: [UInt8] = {
    let body = #"{"error":"All places are taken. Try again in a few seconds."}"#
    let head = """
      HTTP/1.1 503 Service Unavailable\r
      Retry-After: 5\r
      Content-Type: application/json\r
      Content-Length: \(body.utf8.count)\r
      Connection: close\r
      \r

      """
    return [UInt8]((head + body).utf8)
  }()

  /// One line when it begins, and one when it is over.
  private func noteShortage() {
    guard shortage == nil else { return }
    shortage = counter.statistics
    log(
      "connections are short: \(counter.count) of \(counter.max) are open; "
        + "the longest idle are closed, and newcomers refused when there are none")
    watchShortage()
  }

  private func watchShortage() {
    loop.schedule(after: Self.shortageInterval) { self.checkShortage() }
  }

  private func checkShortage() {
    guard isOpen, let before = shortage else { return }
    guard counter.isRelieved else { return watchShortage() }
    shortage = nil
    let now = counter.statistics
    log(
      "connections are no longer short: \(now.reclaimed - before.reclaimed) idle ones were closed, "
        + "\(now.rejected - before.rejected) newcomers refused")
  }

  private static let shortageInterval: Duration = .seconds(1)

  // MARK: Shortage of descriptors

  /// Listening on would only spin: the kernel keeps the connections until there is room again.
  private func pause(_ socket: ListeningSocket, because error: SystemError) {
    if !isExhausted { log("connections wait until there is room: \(error)") }
    isExhausted = true
    for worker in workers { worker.makeRoom(isUrgent: true) }
    socket.unwatch(on: loop)
    loop.schedule(after: .milliseconds(100)) { self.resume(socket) }
  }

  private func resume(_ socket: ListeningSocket) {
    guard isOpen else { return }
    do {
      try watch(socket)
    } catch {
      pause(socket, because: error)
    }
  }
}
