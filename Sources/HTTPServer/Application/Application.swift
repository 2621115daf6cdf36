/// Answers one request. It runs on the loop of its connection and must not block it.
public typealias Handler =
  nonisolated(nonsending) @Sendable (Request, Response) async throws -> Void

/// The rest of the chain behind a middleware.
public typealias Next = nonisolated(nonsending) () async throws -> Void

/// Runs around the handlers registered after it: before `next()`, after it, or instead of it.
public typealias Middleware =
  nonisolated(nonsending) @Sendable (Request, Response, Next) async throws -> Void

/// Answers what a handler threw, in the words of the application.
public typealias ErrorHandler =
  nonisolated(nonsending) @Sendable (HTTPError, Request, Response) async throws -> Void

/// Answers a request that could not be read, in the words of the application. It must not wait.
public typealias RefusalHandler = @Sendable (HTTPError, RefusedRequest, Response) -> Void

/// Routes and middleware in the order they were registered, as in Express.
///
/// ```swift
/// var app = Application()
/// app.get("/hello/:name") { request, response in
///   response.send("Hello, \(request.parameters["name"]!)!")
/// }
/// ```
/// A middleware runs for the routes registered after it, and for requests that match no route.
public struct Application: Sendable {
  private var router = Router()
  private var middleware: [Middleware] = []
  private var errorHandler: ErrorHandler = Application.answerPlainly
  private var refusalHandler: RefusalHandler = { error, _, response in response.refuse(error) }
  /// Fields of every answer that passes through the application, errors included, unless a handler
  /// or an error sets them otherwise for its own.
  public var fields = Fields()
  public var log: Log = .standardError

  public init() {}

  // MARK: Registering

  public mutating func use(_ middleware: @escaping Middleware) {
    self.middleware.append(middleware)
  }

  /// Answers GET, and HEAD with the same fields and no body.
  public mutating func get(_ pattern: String, _ handler: @escaping Handler) {
    on(.get, pattern, handler)
  }

  public mutating func post(_ pattern: String, _ handler: @escaping Handler) {
    on(.post, pattern, handler)
  }

  /// - Parameter pattern: starts with `/`; a segment `:name` matches any one segment and is found
  ///   in `request.parameters`. Registering the same method and pattern twice traps.
  public mutating func on(_ method: Method, _ pattern: String, _ handler: @escaping Handler) {
    router.add(method, pattern, chain(to: handler))
  }

  /// Replaces the plain JSON that answers errors. An `HTTPError` comes as it was thrown; any other
  /// error comes as a 500 and its details go to the log.
  public mutating func onError(_ handler: @escaping ErrorHandler) {
    errorHandler = handler
  }

  /// Replaces the plain JSON that answers what never came to be a request: one that is malformed, too
  /// long or too slow.
  public mutating func onRefusal(_ handler: @escaping RefusalHandler) {
    refusalHandler = handler
  }

  private func chain(to handler: @escaping Handler) -> Handler {
    var chain = handler
    for middleware in middleware.reversed() {
      let inner = chain
      chain = { request, response in
        try await middleware(request, response) { try await inner(request, response) }
      }
    }
    return chain
  }

  // MARK: Answering

  /// The application with every chain built, as the loops use it; its fields are for the responses
  /// that it is given.
  func build() -> Site {
    let router = self.router
    let unrouted = chain { request, response in
      try Self.answerUnrouted(request, response, allowed: router.methods(for: request))
    }
    return Site(
      router: router, unrouted: unrouted, errorHandler: errorHandler,
      refusalHandler: refusalHandler, fields: fields, log: log)
  }

  /// Answers one request in this process, without a socket.
  public func respond(to request: Request) async -> Response {
    let response = Response(always: fields)
    await build().respond(request, response)
    return response
  }

  private static func answerUnrouted(
    _ request: Request, _ response: Response, allowed: [Method]
  ) throws {
    if request.target == "*" {
      response.status(.noContent)
      response.set("Allow", allow([.get, .head, .post, .options]))
      return
    }
    guard !allowed.isEmpty else {
      throw HTTPError(.notFound, "There is nothing at this address.")
    }
    if request.method == .options {
      response.status(.noContent)
      response.set("Allow", allow(allowed))
      return
    }
    var error = HTTPError(
      .methodNotAllowed, "This address does not take \(request.method); use \(allow(allowed)).")
    error.fields.set("Allow", allow(allowed))
    throw error
  }

  private static func allow(_ methods: [Method]) -> FieldValue {
    FieldValue(unchecked: methods.map(\.name).joined(separator: ", "))
  }

  static let answerPlainly: ErrorHandler = { error, _, response in
    try response.json(["error": error.message])
  }
}

/// A frozen application: what every loop holds a copy of.
struct Site: Sendable {
  let router: Router
  let unrouted: Handler
  let errorHandler: ErrorHandler
  let refusalHandler: RefusalHandler
  let fields: Fields
  let log: Log

  /// The response to a request that nobody could hand to a handler.
  func refuse(_ error: HTTPError, _ request: RefusedRequest) -> Response {
    let response = Response(always: fields)
    response.status = error.status
    response.fields.set(error.fields)
    refusalHandler(error, request, response)
    return response
  }

  nonisolated(nonsending) func respond(
    _ request: consuming Request, _ response: Response
  ) async {
    do {
      if let (handler, parameters) = router.match(request) {
        request.parameters = parameters
        try await handler(request, response)
      } else {
        try await unrouted(request, response)
      }
    } catch {
      await answer(error, request, response)
    }
  }

  private nonisolated(nonsending) func answer(
    _ error: any Error, _ request: Request, _ response: Response
  ) async {
    if response.stream != nil || response.isAbandoned {
      response.stream?.breakOff()
      return logUnanswered(error, request)
    }
    let known = error as? HTTPError
    if known == nil { log("\(request.method) \(request.encodedPath): \(error)") }
    let answered = known ?? HTTPError(.internalServerError, "Something went wrong here. Try again.")
    response.reset()
    response.status = answered.status
    response.fields.set(answered.fields)
    do {
      try await errorHandler(answered, request, response)
    } catch {
      log("the error handler failed: \(error)")
      response.send("Something went wrong here. Try again.\n")
    }
  }

  /// A client that leaves ends what is done for it; that is no fault worth a line.
  private func logUnanswered(_ error: any Error, _ request: Request) {
    if error is CancellationError || error is StreamError { return }
    log("\(request.method) \(request.encodedPath): the answer ended early: \(error)")
  }
}
