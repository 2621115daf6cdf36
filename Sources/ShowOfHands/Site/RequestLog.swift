import HTTPServer

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A line for every request: when its handler was done (UTC, ISO 8601), the address it came from, its
/// method, path and status, and how long the handler took. Never its query: there may be a vote in it.
func requestLog(
  _ log: Log, now: @escaping @Sendable () -> Date = { Date() }
) -> Middleware {
  let time = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
  return { request, response, next in
    let start = ContinuousClock.now
    func report(_ status: Status) {
      let (seconds, attoseconds) = (ContinuousClock.now - start).components
      let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
      log(
        """
        \(now().formatted(time)) \(request.clientAddress ?? "-") \(request.method) \(request.encodedPath) \(status.code) \
        \(microseconds) µs
        """)
    }
    do {
      try await next()
      report(response.status)
    } catch {
      report((error as? HTTPError)?.status ?? .internalServerError)
      throw error
    }
  }
}
