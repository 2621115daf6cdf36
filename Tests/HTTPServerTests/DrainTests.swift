import EventLoop
import HTTPServer
import TestSupport
import Testing

@Suite("Stopping a server", .timeLimit(.minutes(5)))
struct DrainTests {
  /// Longer than any test may take.
  private static let patience: Duration = .seconds(600)

  private static let large = [UInt8](repeating: UInt8(ascii: "x"), count: 16 << 20)

  private static func application() -> Application {
    var app = Application()
    app.log = .silent
    app.get("/hello") { _, response in response.send("hello") }
    app.get("/large") { _, response in response.send(large, as: .bytes) }
    return app
  }

  /// A server that stops gives its clients a time to leave, which passes.
  private func withStoppingServer(
    _ app: Application, limits: Limits = Limits(), _ body: (Server) async throws -> Void
  ) async throws {
    try await withRunningServer(app, limits: limits, clock: .system, body)
  }

  /// Returns once the server has begun to stop.
  private func refusal(by server: Server) async throws {
    try await eventually {
      do {
        _ = try Client(port: server.port)
        return false
      } catch Client.Failure.refused {
        return true
      }
    }
  }

  @Test("a server that stops closes idle connections at once")
  func idle() async throws {
    try await withStoppingServer(Self.application()) { server in
      let used = try Client(port: server.port)
      #expect(try used.get("/hello").status == 200)
      await server.stop(patience: Self.patience)
      #expect(server.connectionCount == 0)
      #expect(try used.readToEnd() == [])
    }
  }

  @Test("a server that stops responds to the first request of a connection that was just opened")
  func lastCall() async throws {
    var limits = Limits()
    limits.headTimeout = Self.patience
    limits.drainFirstRequestTimeout = Self.patience
    try await withStoppingServer(Self.application(), limits: limits) { server in
      let clients = try (0..<10).map { _ in try Client(port: server.port) }
      let stopping = Task.detached { await server.stop(patience: Self.patience) }
      try await refusal(by: server)
      for client in clients {
        let reply = try client.get("/hello")
        #expect(reply.text == "hello")
        #expect(try client.readToEnd() == [])
      }
      await stopping.value
    }
  }

  @Test("a server that stops does not wait long for a connection that says nothing")
  func silence() async throws {
    var limits = Limits()
    limits.drainFirstRequestTimeout = .milliseconds(10)
    try await withStoppingServer(Self.application(), limits: limits) { server in
      let client = try Client(port: server.port)
      await server.stop(patience: Self.patience)
      #expect(server.connectionCount == 0)
      #expect(try client.readToEnd() == [])
    }
  }

  @Test("a server that stops refuses new connections")
  func refuses() async throws {
    try await withStoppingServer(Self.application()) { server in
      await server.stop(patience: Self.patience)
      #expect(throws: Client.Failure.refused) { try Client(port: server.port) }
    }
  }

  @Test(
    "a server that stops responds to what a handler is at, and says that this is the last",
    arguments: [true, false])
  func inFlight(streams: Bool) async throws {
    let (arrived, leave) = (Signal(), Signal())
    var app = Self.application()
    app.get("/wait") { _, response in
      let stream = streams ? try response.startStream() : nil
      arrived.fire()
      try await leave.wait()
      try await stream?.write([UInt8]("waited".utf8))
      if !streams { response.send("waited") }
    }
    try await withStoppingServer(app) { server in
      let client = try Client(port: server.port)
      try client.send("GET /wait HTTP/1.1\r\nHost: test\r\n\r\n")
      try await arrived.wait()
      let stopping = Task.detached { await server.stop(patience: Self.patience) }
      try await refusal(by: server)
      leave.fire()
      let reply = try client.reply()
      #expect(reply.text == "waited")
      #expect(try client.readToEnd() == [])
      await stopping.value
    }
  }

  @Test("a server that stops responds to requests that arrived, also those it has not looked at")
  func arrived() async throws {
    try await withStoppingServer(Self.application()) { server in
      let clients = try (0..<50).map { _ in try Client(port: server.port) }
      for client in clients { #expect(try client.get("/hello").status == 200) }
      for client in clients { try client.send("GET /hello HTTP/1.1\r\nHost: test\r\n\r\n") }
      await server.stop(patience: Self.patience)
      for client in clients {
        #expect(try client.reply().text == "hello")
        #expect(try client.readToEnd() == [])
      }
    }
  }

  @Test("a server that stops sends a response to its end before it closes")
  func sending() async throws {
    try await withStoppingServer(Self.application()) { server in
      let client = try Client(port: server.port)
      try client.send("GET /large HTTP/1.1\r\nHost: test\r\n\r\n")
      let head = try client.head()
      #expect(head["connection"] == nil)
      let stopping = Task.detached { await server.stop(patience: Self.patience) }
      #expect(try client.read(count: Self.large.count) == Self.large)
      #expect(try client.readToEnd() == [])
      await stopping.value
    }
  }

  @Test("a server that stops cuts off and cancels what outlasts its patience")
  func impatience() async throws {
    let (arrived, cancelled) = (Signal(), Signal())
    var app = Self.application()
    app.get("/stream") { _, response in
      _ = try response.startStream()
      arrived.fire()
      do { try await Signal().wait() } catch { cancelled.fire() }
    }
    try await withStoppingServer(app) { server in
      let client = try Client(port: server.port)
      try client.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
      try await arrived.wait()
      await server.stop(patience: .milliseconds(50))
      #expect(server.connectionCount == 0)
      try await cancelled.wait()
      #expect(try client.head().status == 200)
      #expect(try client.readToEnd() == [])
    }
  }

  @Test("a server that stops may be told so twice, at once and again")
  func twice() async throws {
    try await withStoppingServer(Self.application()) { server in
      let client = try Client(port: server.port)
      try client.send("GET /large HTTP/1.1\r\nHost: test\r\n\r\n")
      _ = try client.head()
      let first = Task.detached { await server.stop(patience: Self.patience) }
      let second = Task.detached { await server.stop(patience: Self.patience) }
      _ = try client.readToEnd()
      await first.value
      await second.value
      await server.stop(patience: Self.patience)
    }
  }
}
