import Testing

@testable import EventLoop

@Suite("A listening socket")
struct ListeningSocketTests {
  @Test("lets the system choose a port, the same one for every address of the host")
  func port() throws {
    let sockets = try ListeningSocket.open(host: "localhost", port: 0)
    #expect(!sockets.isEmpty)
    #expect(Set(sockets.map(\.port)).count == 1)
    #expect(sockets[0].port > 0)
  }

  @Test("says when the port is in use")
  func inUse() throws {
    let first = try ListeningSocket.open(host: "127.0.0.1", port: 0)
    let error = #expect(throws: SystemError.self) {
      _ = try ListeningSocket.open(host: "127.0.0.1", port: first[0].port)
    }
    #expect(error?.number == EADDRINUSE)
  }

  @Test("of all interfaces is reached over IPv4")
  func allInterfaces() throws {
    let sockets = try ListeningSocket.open(host: nil, port: 0)
    let client = try connect(port: sockets[0].port)
    let connection = try accept(sockets[0])
    let (near, far) = (client.number, connection.number)
    #expect(near != far)
  }

  @Test("says when no connection waits")
  func none() throws {
    let socket = try ListeningSocket.open(host: "127.0.0.1", port: 0)[0]
    guard case .none = try socket.accept() else {
      Issue.record("a connection nobody made")
      return
    }
  }

  @Test("says which host has no address")
  func unknownHost() {
    let error = #expect(throws: SystemError.self) {
      _ = try ListeningSocket.open(host: "no.such.host.invalid", port: 0)
    }
    #expect(error?.call == "getaddrinfo")
  }

  @Test("nobody listens on any more is said to whoever connects")
  func refused() throws {
    let port = try ListeningSocket.open(host: "127.0.0.1", port: 0)[0].port
    let error = #expect(throws: SystemError.self) {
      let client = try connect(port: port)
      // The refusal may be told at once, or later.
      while true { try client.finishConnecting() }
    }
    #expect(error?.number == ECONNREFUSED)
  }

  @Test("of this machine alone is told from others")
  func loopback() throws {
    func isLoopback(_ host: String) throws -> Bool {
      try SocketAddress.resolve(host: host, port: 80).allSatisfy(\.isLoopback)
    }
    #expect(try isLoopback("127.0.0.1"))
    #expect(try isLoopback("::1"))
    #expect(try !isLoopback("192.0.2.1"))
    #expect(try !isLoopback("0.0.0.0"))
  }

  /// The kernel may still be busy with the handshake.
  private func accept(_ socket: ListeningSocket) throws -> Descriptor {
    while true {
      switch try socket.accept() {
      case .none: continue
      case .connection(let connection): return connection
      case .exhausted(let error): throw error
      }
    }
  }

  private func connect(port: Int) throws -> Descriptor {
    try Descriptor(connectingTo: SocketAddress.resolve(host: "127.0.0.1", port: port)[0])
  }
}
