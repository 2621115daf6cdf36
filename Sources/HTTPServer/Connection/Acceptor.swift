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
  private var isShort = false

  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

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
        case .connection(let connection): deal(connection)
        }
      }
    } catch {
      pause(socket, because: error)
    }
  }

  private func deal(_ connection: consuming Descriptor) {
    isShort = false
    guard counter.take() else { return turnAway(connection) }
    workers[next].adopt(connection, takenFrom: counter)
    next = (next + 1) % workers.count
  }

  /// Says so before closing: a browser then tells its user more than "connection reset".
  private func turnAway(_ connection: borrowing Descriptor) {
    withUnsafeTemporaryAllocation(byteCount: 16 * 1024, alignment: 1) { request in
      // Closing on unread bytes would reset the connection under the answer. One that cannot be
      // read has gone, and is not told either.
      _ = try? connection.receive(into: request)
    }
    // Best effort: what the socket does not take now, the client does without.
    _ = Self.fullHouse.withUnsafeBytes { try? connection.send($0) }
    connection.finishSending()
  }

  private static let fullHouse: [UInt8] = {
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

  /// Listening on would only spin: the kernel keeps the connections until there is room again.
  private func pause(_ socket: ListeningSocket, because error: SystemError) {
    if !isShort { log("connections wait until there is room: \(error)") }
    isShort = true
    socket.unwatch(on: loop)
    loop.schedule(after: .milliseconds(100)) { self.goOn(with: socket) }
  }

  private func goOn(with socket: ListeningSocket) {
    guard isOpen else { return }
    do {
      try watch(socket)
    } catch {
      pause(socket, because: error)
    }
  }
}
