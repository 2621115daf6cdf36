import EventLoop
import Platform

/// The connections that browsers keep open beside their streams, on one loop. Each loads the page
/// once. The server may close them when it likes.
actor IdleConnections {
  /// What became of them.
  struct Count: Sendable, Equatable {
    /// They loaded the page.
    var opened = 0
    /// The server closed them afterwards.
    var closed = 0
    /// They could not connect, or got no page.
    var failed = 0
  }

  nonisolated let loop: EventLoop
  private let address: SocketAddress
  private let request: [UInt8]
  private let size: Int
  private var connections: [ClientConnection] = []
  private var startedCount = 0
  private(set) var count = Count()

  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

  init(size: Int, at server: FoundServer, on loop: EventLoop) {
    self.size = size
    address = server.address
    self.loop = loop
    request = server.endpoint.request("/")
  }

  /// Begins to open them; `isDone` tells when it is over.
  func open() {
    for _ in 0..<Self.maxOpening { openNext() }
  }

  /// Connections that load the page at once.
  private static let maxOpening = 64

  /// Every one has loaded the page or failed to. The first that fails is the last that is tried: a
  /// server or a system that has no more is not asked on and on.
  var isDone: Bool {
    count.opened + count.failed == startedCount && (startedCount == size || count.failed > 0)
  }

  private func openNext() {
    guard startedCount < size, count.failed == 0 else { return }
    startedCount += 1
    let connection = ClientConnection(to: address, on: loop) { self.count.closed += 1 }
    connections.append(connection)
    connection.send(request) { self.didLoad($0) }
  }

  private func didLoad(_ outcome: ClientConnection.Outcome) {
    guard case .responded(let response) = outcome else {
      count.failed += 1
      return
    }
    count.opened += 1
    if !response.isPersistent { count.closed += 1 }
    openNext()
  }

  /// Closes those that are open.
  func close() {
    for connection in connections { connection.close() }
    connections = []
  }
}
