import HTTPServer

/// A line for every request: method, target, status, and the time until its handler was done.
func requestLog(_ log: Log) -> Middleware {
  { request, response, next in
    let start = ContinuousClock.now
    func report(_ status: Status) {
      let (seconds, attoseconds) = (ContinuousClock.now - start).components
      let microseconds = seconds * 1_000_000 + attoseconds / 1_000_000_000_000
      log("\(request.method) \(request.target) \(status.code) \(microseconds) µs")
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
