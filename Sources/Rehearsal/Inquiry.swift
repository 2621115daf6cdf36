import EventLoop
import Platform

/// Asks a server one thing.
actor Inquiry {
  nonisolated let loop: EventLoop
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  init(on loop: EventLoop) { self.loop = loop }

  /// Sends a GET and waits for its answer, ten seconds at most.
  func get(_ target: String, at address: SocketAddress, of endpoint: Endpoint) async
    -> Voter.Outcome
  {
    let voter = Voter(to: address, on: loop)
    let timer = loop.schedule(after: .seconds(10)) { voter.leave() }
    let outcome = await withCheckedContinuation { continuation in
      voter.ask(endpoint.request(target)) { continuation.resume(returning: $0) }
    }
    loop.cancel(timer)
    voter.leave()
    return outcome
  }
}

extension Endpoint {
  /// A GET (RFC 9112, section 3).
  func request(_ target: String, accept: String = "*/*") -> [UInt8] {
    [UInt8]("GET \(target) HTTP/1.1\r\nHost: \(authority)\r\nAccept: \(accept)\r\n\r\n".utf8)
  }
}
