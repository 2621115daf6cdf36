import EventLoop

/// An application that is built: what every loop shares.
final class Responder: Sendable {
  private let router: Router
  private let unrouted: Handler
  private let errorHandler: ErrorHandler
  private let observer: ResponseObserver?
  /// For the responses that it is given.
  let fields: Fields
  private let maxBodyBytes: Int
  let log: Log

  init(
    router: Router, unrouted: @escaping Handler, errorHandler: @escaping ErrorHandler,
    observer: ResponseObserver?, fields: Fields, maxBodyBytes: Int, log: Log
  ) {
    self.router = router
    self.unrouted = unrouted
    self.errorHandler = errorHandler
    self.observer = observer
    self.fields = fields
    self.maxBodyBytes = maxBodyBytes
    self.log = log
  }

  /// How much of a body the request's route takes.
  func maxBodyBytes(for head: RequestHead) -> Int {
    router.match(head)?.endpoint.maxBodyBytes ?? maxBodyBytes
  }

  nonisolated(nonsending) func respond(
    _ request: consuming Request, _ response: Response
  ) async {
    let start = startTime(response)
    do {
      let handler = handler(for: &request)
      try await handler(request, response)
    } catch {
      await respond(with: error, request, response)
    }
    if let start { observe(request, response, since: start) }
  }

  /// A function of its own, always: what it works with would take its room in the frame of every
  /// request that waits.
  @inline(never)
  private func observe(_ request: Request, _ response: Response, since start: Instant) {
    observer?(Exchange(request, response, since: start))
  }

  /// The route's, once the request has what the path says.
  private func handler(for request: inout Request) -> Handler {
    guard let (endpoint, parameters) = router.match(request.head) else { return unrouted }
    request.parameters = parameters
    return endpoint.handler
  }

  /// Says why a request is not taken, in the words of the application.
  nonisolated(nonsending) func respond(_ refused: RefusedRequest, _ response: Response) async {
    let start = startTime(response)
    await send(refused.error, refused.request, response)
    if let start { observer?(Exchange(refused, response, since: start)) }
  }

  /// `nil` where nobody asks how long a response takes.
  private func startTime(_ response: Response) -> Instant? {
    observer == nil ? nil : response.clock.now
  }

  // MARK: Errors

  /// A function of its own, as `observe` is.
  @inline(never)
  private nonisolated(nonsending) func respond(
    with error: any Error, _ request: Request, _ response: Response
  ) async {
    let known = error as? HTTPError
    if response.stream != nil || response.isAbandoned {
      response.stream?.abort()
      // Sent to nobody, but known to the observer. The head of a stream has been sent.
      if response.stream == nil { response.status = known?.status ?? .internalServerError }
      return logUnsent(error, request)
    }
    if known == nil { log("\(request.method) \(request.encodedPath): \(error)") }
    await send(
      known ?? HTTPError(.internalServerError, "Something went wrong here. Try again."),
      request, response)
  }

  private nonisolated(nonsending) func send(
    _ error: HTTPError, _ request: Request, _ response: Response
  ) async {
    response.reset()
    response.status = error.status
    response.fields.set(error.fields)
    do {
      try await errorHandler(error, request, response)
    } catch {
      log("the error handler failed: \(error)")
      response.send("Something went wrong here. Try again.\n")
    }
  }

  /// A client that leaves ends what is done for it; that is not a fault worth a line.
  private func logUnsent(_ error: any Error, _ request: Request) {
    if error is CancellationError || error is StreamError { return }
    log("\(request.method) \(request.encodedPath): the response ended early: \(error)")
  }
}
