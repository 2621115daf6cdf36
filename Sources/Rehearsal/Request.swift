import EventLoop
import Platform

/// Sends a server one request, on a connection of its own.
actor Request {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

  private let timeout: Duration

  init(on loop: EventLoop, timeout: Duration = .seconds(10)) {
    self.loop = loop
    self.timeout = timeout
  }

  /// Sends a GET and waits for its response, for the timeout at most.
  func get(_ target: String, at address: SocketAddress, of endpoint: Endpoint) async
    -> ClientConnection.Outcome
  {
    let connection = ClientConnection(to: address, on: loop)
    let timer = loop.schedule(after: timeout) { connection.close() }
    let outcome = await withCheckedContinuation { continuation in
      connection.send(endpoint.request(target)) { continuation.resume(returning: $0) }
    }
    loop.cancel(timer)
    connection.close()
    return outcome
  }
}

extension Endpoint {
  /// A GET (RFC 9112, section 3).
  func request(_ target: String, accept: String = "*/*") -> [UInt8] {
    [UInt8](
      "GET \(folder)\(target) HTTP/1.1\r\nHost: \(authority)\r\nAccept: \(accept)\r\n\r\n".utf8)
  }
}
