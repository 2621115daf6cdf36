/// An application that is built: what every loop shares.
final class Responder: Sendable {
  private let router: Router
  private let unrouted: Handler
  private let errorHandler: ErrorHandler
  /// For the responses that it is given.
  let fields: Fields
  private let maxBodyBytes: Int
  let log: Log

  init(
    router: Router, unrouted: @escaping Handler, errorHandler: @escaping ErrorHandler,
    fields: Fields, maxBodyBytes: Int, log: Log
  ) {
    self.router = router
    self.unrouted = unrouted
    self.errorHandler = errorHandler
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
    do {
      if let (endpoint, parameters) = router.match(request.head) {
        request.parameters = parameters
        try await endpoint.handler(request, response)
      } else {
        try await unrouted(request, response)
      }
    } catch {
      await respond(with: error, request, response)
    }
  }

  /// Says why a request is not taken, in the words of the application.
  nonisolated(nonsending) func respond(_ refused: RefusedRequest, _ response: Response) async {
    await send(refused.error, refused.request, response)
  }

  // MARK: Errors

  private nonisolated(nonsending) func respond(
    with error: any Error, _ request: Request, _ response: Response
  ) async {
    if response.stream != nil || response.isAbandoned {
      response.stream?.abort()
      return logUnsent(error, request)
    }
    let known = error as? HTTPError
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
