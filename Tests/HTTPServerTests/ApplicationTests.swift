import Synchronization
import Testing

@testable import HTTPServer

@Suite("Application")
struct ApplicationTests {
  private struct Fault: Error {}

  private static func leave(_ mark: String) -> Middleware {
    { _, response, next in
      response.fields.add("Trace", try FieldValue("in \(mark)"))
      try await next()
      response.fields.add("Trace", try FieldValue("out \(mark)"))
    }
  }

  // MARK: Routes

  @Test("a route responds with what the path and the query say")
  func route() async throws {
    var app = Application()
    app.get("/hello/:name") { request, response in
      response.send("\(request.query["greeting"] ?? "Hello"), \(request.parameters["name"]!)!")
    }
    let request = Request(.get, "/hello/W%C3%B6rld?greeting=Good+day")
    #expect(await app.respond(to: request).text == "Good day, Wörld!")
  }

  @Test("HEAD is taken by the route of GET, with its fields")
  func head() async {
    var app = Application()
    app.get("/") { _, response in response.send("hello", as: .html) }
    let response = await app.respond(to: Request(.head, "/"))
    #expect(response.status == .ok)
    #expect(response.fields["Content-Type"] == "text/html; charset=utf-8")
  }

  @Test("an unknown address is 404, in JSON")
  func notFound() async throws {
    let response = await Application().respond(to: Request(.get, "/nowhere"))
    #expect(response.status == .notFound)
    #expect(response.fields["Content-Type"] == "application/json")
    #expect(response.text == #"{"error":"There is nothing at this address."}"#)
  }

  @Test("another method is 405 and names those the address takes")
  func methodNotAllowed() async throws {
    var app = Application()
    app.get("/vote") { _, _ in }
    app.post("/vote") { _, _ in }
    let response = await app.respond(to: Request(.delete, "/vote"))
    #expect(response.status == .methodNotAllowed)
    #expect(response.fields["Allow"] == "GET, HEAD, OPTIONS, POST")
  }

  @Test("OPTIONS names the methods of the address, of the server, or nothing")
  func options() async {
    var app = Application()
    app.get("/rounds/:number") { _, _ in }
    let address = await app.respond(to: Request(.options, "/rounds/1"))
    #expect(address.status == .noContent)
    #expect(address.fields["Allow"] == "GET, HEAD, OPTIONS")
    let server = await app.respond(to: Request(.options, "*"))
    #expect(server.status == .noContent)
    #expect(server.fields["Allow"]?.contains("GET") == true)
    #expect(await app.respond(to: Request(.options, "/nowhere")).status == .notFound)
  }

  // MARK: Middleware

  @Test("middleware runs from the first to the last, and out again")
  func order() async {
    var app = Application()
    app.use(Self.leave("1"))
    app.use(Self.leave("2"))
    app.get("/") { _, response in response.fields.add("Trace", "handler") }
    let response = await app.respond(to: Request(.get, "/"))
    #expect(
      response.fields.values(of: "Trace") == ["in 1", "in 2", "handler", "out 2", "out 1"])
  }

  @Test("middleware runs for the routes behind it, and for no route")
  func registeredBefore() async {
    var app = Application()
    app.get("/before") { _, _ in }
    app.use(Self.leave("1"))
    app.get("/behind") { _, _ in }
    app.use { _, response, next in
      do { try await next() } catch { response.status = .noContent }
    }
    #expect(await app.respond(to: Request(.get, "/before")).fields["Trace"] == nil)
    #expect(await app.respond(to: Request(.get, "/behind")).fields["Trace"] == "in 1, out 1")
    let unrouted = await app.respond(to: Request(.get, "/nowhere"))
    #expect(unrouted.fields["Trace"] == "in 1, out 1")
    #expect(unrouted.status == .noContent)
  }

  @Test("middleware may respond instead of what is behind it")
  func answersInstead() async throws {
    var app = Application()
    app.use { _, response, _ in response.send("closed") }
    app.get("/") { _, _ in Issue.record("the handler ran") }
    #expect(await app.respond(to: Request(.get, "/")).text == "closed")
  }

  @Test("what middleware leaves on a response, the handler finds")
  func attachments() async throws {
    var app = Application()
    app.use { _, response, next in
      response.storage[Int.self] = 42
      try await next()
    }
    app.get("/") { _, response in
      #expect(response.storage[String.self] == nil)
      response.send("\(response.storage[Int.self] ?? 0)")
    }
    #expect(await app.respond(to: Request(.get, "/")).text == "42")
  }

  // MARK: Errors

  @Test("an error that knows its response is sent with it, and what was said is forgotten")
  func knownError() async throws {
    var app = Application()
    app.get("/") { _, response in
      response.set("X-Lost", "1").send("half a response")
      throw HTTPError.unavailable("The disk is full.", retryAfterSeconds: 5)
    }
    let response = await app.respond(to: Request(.get, "/"))
    #expect(response.status == .serviceUnavailable)
    #expect(response.fields["Retry-After"] == "5")
    #expect(response.fields["X-Lost"] == nil)
    #expect(response.text == #"{"error":"The disk is full."}"#)
  }

  @Test("any other error is a 500 that keeps its details to the log")
  func unknownError() async throws {
    let lines = Mutex<[String]>([])
    var app = Application()
    app.log = Log { line in lines.withLock { $0.append(line) } }
    app.get("/broken") { _, _ in throw Fault() }
    let response = await app.respond(to: Request(.get, "/broken?x=1"))
    #expect(response.status == .internalServerError)
    #expect(!response.text.contains("Fault"))
    #expect(lines.withLock { $0 } == ["GET /broken: Fault()"])
  }

  @Test("the application's own error handler takes every error, 404 too")
  func errorHandler() async throws {
    var app = Application()
    app.onError { error, request, response in
      response.send("\(error.status.code) at \(request.path): \(error.message)", as: .html)
    }
    app.get("/conflict") { _, _ in throw HTTPError(.conflict, "No.") }
    let conflict = await app.respond(to: Request(.get, "/conflict"))
    #expect(conflict.status == .conflict)
    #expect(conflict.text == "409 at /conflict: No.")
    let missing = await app.respond(to: Request(.get, "/x"))
    #expect(missing.status == .notFound)
    #expect(missing.text == "404 at /x: There is nothing at this address.")
  }

  @Test("an error handler that fails still leaves a response")
  func failingErrorHandler() async throws {
    let lines = Mutex<[String]>([])
    var app = Application()
    app.log = Log { line in lines.withLock { $0.append(line) } }
    app.onError { _, _, _ in throw Fault() }
    let response = await app.respond(to: Request(.get, "/x"))
    #expect(response.status == .notFound)
    #expect(response.text == "Something went wrong here. Try again.\n")
    #expect(lines.withLock { $0.count } == 1)
  }

  @Test("fields that are set always outlive a reset, and others do not")
  func defaultFields() {
    let response = Response()
    response.set("vary", "Cookie")
    response.setDefault(["Vary": "Origin", "X-Always": "1", "Vary": "Accept"])
    #expect(response.fields.values(of: "Vary") == ["Origin", "Accept"])
    response.set("X-Always", "2").set("X-Once", "1").send("text")
    response.reset()
    #expect(response.fields["X-Always"] == "1")
    #expect(response.fields["Vary"] == "Origin, Accept")
    #expect(response.fields.count == 3)
    #expect(response.status == .ok)
  }

  // MARK: Requests made in process

  @Test("a request made in process is decoded as one from a socket")
  func request() {
    let request = Request(.post, "/a%20b/%C3%BC?x=%26", body: [1])
    #expect(request.path == "/a b/ü")
    #expect(request.target == "/a%20b/%C3%BC?x=%26")
    #expect(request.query["x"] == "&")
    #expect(request.body == [1])
    #expect(request.version == .http11)
  }

  @Test("a target that no client could send traps")
  func illegalTargets() async {
    await #expect(processExitsWith: .failure) { _ = Request(.get, "") }
    await #expect(processExitsWith: .failure) { _ = Request(.get, "/a b") }
    await #expect(processExitsWith: .failure) { _ = Request(.get, "/%00") }
  }
}
