import EventLoop
public import Platform

/// Asks a server for one page, on each of the host's addresses until one answers.
/// - Returns: the status of its response; `nil` where none came in time.
/// - Throws: `SystemError` where it cannot be reached.
public func status(
  of target: String, at endpoint: Endpoint, within time: Duration
) async throws(SystemError) -> Int? {
  let loop = try EventLoop(name: "status")
  defer { loop.stop() }
  var failure = SystemError(call: "connect", errno: .addressNotAvailable)
  for address in try endpoint.addresses() {
    switch await Request(on: loop, timeout: time).get(target, at: address, of: endpoint) {
    case .responded(let response): return response.status
    case .unanswered: return nil
    case .notSent(let error): failure = error
    }
  }
  throw failure
}
