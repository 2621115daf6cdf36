import Foundation
import Testing

@testable import Platform

@Suite("A listening socket")
struct ListeningSocketTests {
  @Test(
    "a listening socket lets the system choose a port, the same one for every address of the host")
  func port() throws {
    let sockets = try ListeningSocket.open(host: "localhost", port: 0)
    #expect(!sockets.isEmpty)
    #expect(Set(sockets.map(\.port)).count == 1)
    #expect(sockets[0].port > 0)
  }

  @Test("a listening socket says when the port is in use")
  func inUse() throws {
    let first = try ListeningSocket.open(host: "127.0.0.1", port: 0)
    let error = #expect(throws: SystemError.self) {
      _ = try ListeningSocket.open(host: "127.0.0.1", port: first[0].port)
    }
    #expect(error?.errno == .addressInUse)
  }

  @Test("a listening socket of all interfaces is reached over IPv4")
  func allInterfaces() throws {
    let sockets = try ListeningSocket.open(host: nil, port: 0)
    let client = try connect(port: sockets[0].port)
    let connection = try accept(sockets[0])
    let (near, far) = (client.number, connection.number)
    #expect(near != far)
  }

  @Test("a listening socket says when no connection waits")
  func none() throws {
    let socket = try ListeningSocket.open(host: "127.0.0.1", port: 0)[0]
    guard case .none = try socket.accept() else {
      Issue.record("a connection nobody made")
      return
    }
  }

  @Test("a port that is none is refused", arguments: [-1, 65_536, 70_000, Int.max])
  func impossiblePort(port: Int) {
    for host in [nil, "127.0.0.1"] {
      let error = #expect(throws: SystemError.self) {
        _ = try ListeningSocket.open(host: host, port: port)
      }
      #expect(error?.errno == .invalidArgument)
    }
    #expect(throws: SystemError.self) {
      _ = try SocketAddress.resolve(host: "127.0.0.1", port: port)
    }
  }

  @Test("a listening socket says which host has no address")
  func unknownHost() {
    let error = #expect(throws: SystemError.self) {
      _ = try ListeningSocket.open(host: "no.such.host.invalid", port: 0)
    }
    #expect(error?.call == "getaddrinfo")
  }

  @Test("a listening socket that does not listen refuses whoever connects")
  func refused() throws {
    let socket = Descriptor(owning: Platform.makeSocket(AF_INET, Platform.streamSocket, 0))
    let number = socket.number
    let any = try SocketAddress.resolve(host: "127.0.0.1", port: 0)[0]
    try systemCall("bind") { unsafe any.withSockaddr { unsafe bind(number, $0, $1) } }
    let address = try SocketAddress(boundTo: socket)
    let error = #expect(throws: SystemError.self) {
      let client = try Descriptor(connectingTo: address)
      // The refusal may be told at once, or later.
      while true { try client.finishConnecting() }
    }
    #expect(error?.errno == .connectionRefused)
  }

  @Test("a listening socket of this machine alone is told from others")
  func loopback() throws {
    func isLoopback(_ host: String) throws -> Bool {
      try SocketAddress.resolve(host: host, port: 80).allSatisfy(\.isLoopback)
    }
    #expect(try isLoopback("127.0.0.1"))
    #expect(try isLoopback("::1"))
    #expect(try !isLoopback("192.0.2.1"))
    #expect(try !isLoopback("0.0.0.0"))
  }

  // MARK: Inherited

  @Test("a listening socket that is inherited is the same one, non-blocking and closed on exec")
  func inherited() throws {
    let original = try ListeningSocket.open(host: "127.0.0.1", port: 0)[0]
    let number = dup(original.descriptor.number)
    _ = fcntl(number, F_SETFL, 0)
    let socket = try ListeningSocket.inherit(number)
    #expect(socket.port == original.port && socket.host == "127.0.0.1")
    #expect(fcntl(number, F_GETFL) & O_NONBLOCK != 0)
    #expect(fcntl(number, F_GETFD) & FD_CLOEXEC != 0)
  }

  @Test(
    "a listening socket that is inherited keeps its connections for the next process when it is shut down"
  )
  func keptForTheNext() throws {
    let original = try ListeningSocket.open(host: "127.0.0.1", port: 0)[0]
    let inherited = try ListeningSocket.inherit(dup(original.descriptor.number))
    inherited.shutDown()
    let client = try connect(port: original.port)
    let connection = try accept(original)
    let (near, far) = (client.number, connection.number)
    #expect(near != far)
  }

  @Test("a listening socket is not inherited from a descriptor that is none")
  func notInherited() throws {
    let file = try Descriptor(readingFrom: "/dev/null")
    let stream = Descriptor(owning: Platform.makeSocket(AF_INET, Platform.streamSocket, 0))
    #expect(throws: InheritedSocketError.notOpen) { try ListeningSocket.inherit(-1) }
    expect(file, .notStreamSocket)
    expect(stream, .notListening)
  }

  private func expect(_ descriptor: borrowing Descriptor, _ error: InheritedSocketError) {
    let number = descriptor.number
    #expect(throws: error) { try ListeningSocket.inherit(number) }
    // It stays open.
    #expect(fcntl(number, F_GETFD) != -1)
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
