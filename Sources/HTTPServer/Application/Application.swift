// HTTPServer: HTTP/1.1 over event loops, with the face of Express.
//
// An `Application` is routes and middleware; built, it is a `Responder`, which every loop shares.
// `Server` is one that runs: its `Acceptor` takes connections in and deals them to a `Worker` on each
// loop. A `Connection` never leaves its loop. What arrives goes through `RequestReader`, with
// `RequestParser` and `BodyReader`, and becomes a `Request`; a `RequestTask` runs the handler, which
// fills in a `Response`; `ResponseWriter` makes bytes of it, and `Transport` sends them.
// `ConnectionState` decides what comes when, `Limits` say how much and how long, `MemoryBudget` what
// all clients together may hold. A `ResponseStream` is a body that stays open, a `DetachedStream` one
// that has left its connection.
//
// The folders: `Application` is that face, `Message` what is said, `Parsing` how it is read,
// `Connection` how it comes and goes, `Middleware` what handlers may be given besides.

/// Responds to one request. It runs on the loop of its connection and must not block it.
public typealias Handler =
  nonisolated(nonsending) @Sendable (Request, Response) async throws -> Void

/// The rest of the chain behind a middleware.
public typealias Next = nonisolated(nonsending) () async throws -> Void

/// Runs around the handlers registered after it: before `next()`, after it, or instead of it.
public typealias Middleware =
  nonisolated(nonsending) @Sendable (Request, Response, Next) async throws -> Void

/// Responds to what a handler threw, in the words of the application.
public typealias ErrorHandler =
  nonisolated(nonsending) @Sendable (HTTPError, Request, Response) async throws -> Void

/// Hears what was responded to a request. It runs on the loop of the connection and must not block
/// it.
public typealias ResponseObserver = @Sendable (Exchange) -> Void

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
  private var errorHandler: ErrorHandler = Application.respondPlainly
  private var observer: ResponseObserver?
  /// Fields of every response, errors included, unless a handler or an error sets them otherwise
  /// for its own.
  public var fields = Fields()
  /// The body of a request, decoded: 413 past it, unless its route says otherwise. Never more than
  /// `Limits.maxBodyBytes`.
  public var maxBodyBytes = Int.max
  /// Hears of faults: what a handler threw that is no `HTTPError`, and shortages of slots or
  /// descriptors.
  public var log: Log = .standardError

  /// An application without routes: every request gets 404.
  public init() {}

  // MARK: Registering

  /// Runs the middleware around the routes that are registered from now on, inside of those it had
  /// before, and around what matches no route.
  public mutating func use(_ middleware: @escaping Middleware) {
    self.middleware.append(middleware)
  }

  /// Takes GET, and HEAD with the same fields and no body.
  public mutating func get(_ pattern: String, _ handler: @escaping Handler) {
    on(.get, pattern, handler)
  }

  /// Takes POST.
  /// - Parameters: see `on(_:_:maxBodyBytes:_:)`.
  public mutating func post(
    _ pattern: String, maxBodyBytes: Int? = nil, _ handler: @escaping Handler
  ) {
    on(.post, pattern, maxBodyBytes: maxBodyBytes, handler)
  }

  /// Takes a method at the paths that fit a pattern. Of a path without parameters the route that names
  /// it goes first, then those with parameters in the order they were registered.
  ///
  /// Percent-encoding is undone; an encoded slash stays inside its segment.
  /// - Parameters:
  ///   - method: GET takes HEAD too, unless that has a route of its own.
  ///   - pattern: starts with `/`; a segment `:name` matches any one segment and is found in
  ///     `request.parameters`. Registering the same method and pattern twice traps.
  ///   - maxBodyBytes: of this route; the application's by default.
  ///   - handler: responds. It runs on the loop of each connection, for many requests at once.
  public mutating func on(
    _ method: Method, _ pattern: String, maxBodyBytes: Int? = nil, _ handler: @escaping Handler
  ) {
    router.add(method, pattern, maxBodyBytes: maxBodyBytes, chain(to: handler))
  }

  /// Replaces the plain JSON of errors. An `HTTPError` comes as it was thrown; any other error
  /// comes as a 500 and its details go to the log; what is not a whole request comes as far as it
  /// could be read.
  public mutating func onError(_ handler: @escaping ErrorHandler) {
    errorHandler = handler
  }

  /// Tells the observer, and nobody else, of every response once it is made: also of those to
  /// requests that are refused before middleware and handlers see them. A connection that is
  /// refused for want of a slot has asked nothing yet; `log` has the shortage.
  public mutating func onResponse(_ observer: @escaping ResponseObserver) {
    self.observer = observer
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

  // MARK: Responding

  /// The application with every chain built, as the loops use it.
  func build() -> Responder {
    let router = self.router
    let unrouted = chain { request, response in
      try Self.respondUnrouted(request, response, allowed: router.methods(for: request))
    }
    return Responder(
      router: router, unrouted: unrouted, errorHandler: errorHandler, observer: observer,
      fields: fields, maxBodyBytes: maxBodyBytes, log: log)
  }

  /// Responds to one request in this process, without a socket and without a loop: a stream cannot be
  /// opened, and `Response.loop` is `nil`.
  public func respond(to request: Request) async -> Response {
    let response = Response(isHead: request.method == .head, default: fields)
    await build().respond(request, response)
    return response
  }

  private static func respondUnrouted(
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

  static let respondPlainly: ErrorHandler = { error, _, response in
    try response.json(["error": error.message])
  }
}
