import Foundation
import Synchronization

/// The network between a client and a server, which a test can cut and mend.
public final class Relay: Sendable {
  /// Where the client connects.
  public let port: Int
  private let listener: Int32
  private let state: Mutex<State>

  private struct State {
    /// The port that connections lead to; `nil` while the network is cut.
    var target: Int?
    var lines: [Line] = []
  }

  /// Passes on what comes to a server, while `body` runs.
  public static func run(to target: Int, _ body: (Relay) async throws -> Void) async throws {
    let relay = try Relay(to: target)
    // Ends the thread that takes connections.
    defer { shutdown(relay.listener, Int32(SHUT_RDWR)) }
    defer { relay.cut() }
    try await body(relay)
  }

  private init(to target: Int) throws {
    let listener = makeSocket(AF_INET)
    var address = loopback(port: 0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(listener, $0, size) == 0 && listen(listener, 100) == 0
          && getsockname(listener, $0, &size) == 0
      }
    }
    self.listener = listener
    port = Int(UInt16(bigEndian: address.sin_port))
    state = Mutex(State(target: target))
    if !isListening { throw Client.Failure.refused }
    Thread.detachNewThread { self.takeConnections() }
  }

  deinit { close(listener) }

  /// Ends every connection, and those that come from now on.
  public func cut() {
    state.withLock { state in
      state.target = nil
      for line in state.lines { line.cut() }
    }
  }

  /// Has what is sent through the present connections, either way, vanish; they stay open.
  public func swallow() {
    state.withLock { state in
      for line in state.lines { line.swallow() }
    }
  }

  /// How many connections came through.
  public var count: Int { state.withLock { $0.lines.count } }

  /// What the server has sent, through each connection.
  public var received: [[UInt8]] { state.withLock { $0.lines.map(\.received) } }

  /// Lets connections through again, those that come from now on.
  public func mend(to target: Int) { state.withLock { $0.target = target } }

  private func takeConnections() {
    while case let client = accept(listener, nil, nil), client >= 0 {
      state.withLock { state in
        let line = Line(client: client, server: makeSocket(AF_INET))
        guard let target = state.target, line.start(to: target) else { return }
        state.lines.append(line)
      }
    }
  }
}

/// One connection through the relay: what comes at one end goes out at the other.
private final class Line: Sendable {
  private let client: Int32
  private let server: Int32
  private let bytes = Mutex<[UInt8]>([])
  private let swallows = Mutex(false)

  func swallow() { swallows.withLock { $0 = true } }

  var received: [UInt8] { bytes.withLock { $0 } }

  init(client: Int32, server: Int32) { (self.client, self.server) = (client, server) }

  deinit {
    close(client)
    close(server)
  }

  /// - Returns: whether there is a server; if not, the connection ends with this.
  func start(to port: Int) -> Bool {
    guard connect(server, toPort: port) else { return false }
    Thread.detachNewThread { self.pass(from: self.client, to: self.server) }
    Thread.detachNewThread { self.pass(from: self.server, to: self.client) }
    return true
  }

  /// Both threads find their socket at its end.
  func cut() {
    shutdown(client, Int32(SHUT_RDWR))
    shutdown(server, Int32(SHUT_RDWR))
  }

  private func pass(from: Int32, to: Int32) {
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    while case let count = unsafe recv(from, &buffer, buffer.count, 0), count > 0 {
      if swallows.withLock({ $0 }) { continue }
      var rest = buffer[..<count]
      // Before it is passed on: whoever has seen it finds it here.
      if from == server { bytes.withLock { $0 += rest } }
      while !rest.isEmpty {
        let sent = unsafe rest.withUnsafeBytes { unsafe sendQuietly(to, $0) }
        if sent <= 0 { return cut() }
        rest = rest.dropFirst(sent)
      }
    }
    cut()
  }
}
