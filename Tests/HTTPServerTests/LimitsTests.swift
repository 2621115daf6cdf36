import EventLoop
import HTTPServer
import Synchronization
import TestSupport
import Testing

@Suite("Limits", .timeLimit(.minutes(5)))
struct LimitsTests {
  private static func application() -> Application {
    var app = Application()
    app.get("/hello") { _, response in response.send("hello") }
    app.post("/echo") { request, response in response.send(request.body, as: .bytes) }
    app.get("/large") { _, response in response.send(large, as: .bytes) }
    return app
  }

  /// More than the kernels at both ends hold.
  private static let large = [UInt8](repeating: UInt8(ascii: "x"), count: 16 << 20)

  private static func limits(_ change: (inout Limits) -> Void) -> Limits {
    var limits = Limits()
    change(&limits)
    return limits
  }

  // MARK: Time

  // Each timeout to the millisecond is tested where it is kept, in ConnectionStateTests.

  /// Lets time pass until the client hears something. What it sent may still be on its way when the
  /// clock moves: a deadline starts when it has arrived.
  private func advance(
    _ clock: ManualClock, until client: Client, meanwhile: () throws -> Void = {}
  ) throws {
    let patience = ContinuousClock.now + .seconds(Client.patienceSeconds)
    while !client.hears(withinMilliseconds: 5) {
      try #require(ContinuousClock.now < patience)
      try meanwhile()
      clock.advance(by: .milliseconds(500))
    }
  }

  @Test(
    "a request that takes too long is told 408, however steadily its bytes drip",
    arguments: [
      "GET /hello HTTP/1.1\r\nHost: ",
      "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 60000\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n",
    ], [0, 1])
  func slowRequestTimesOut(wire: String, requestsBefore: Int) async throws {
    let clock = ManualClock()
    try await withRunningServer(Self.application(), clock: .manual(clock)) { server in
      let client = try Client(port: server.port)
      for _ in 0..<requestsBefore { _ = try client.get("/hello") }
      try client.send(wire)
      try advance(clock, until: client) { try client.send("x") }
      let reply = try client.reply()
      #expect(reply.status == 408)
      #expect(reply["connection"] == "close")
      #expect(await server.statistics.timedOut == 1)
    }
  }

  @Test("half a request behind another has the time of a head, not of an idle connection")
  func slowPipelineTimesOut() async throws {
    let clock = ManualClock()
    try await withServer(Self.application(), clock: .manual(clock)) { port in
      let client = try Client(port: port)
      try client.send("GET /hello HTTP/1.1\r\nHost: test\r\n\r\nGET /he")
      #expect(try client.reply().status == 200)
      try advance(clock, until: client)
      #expect(try client.reply().status == 408)
    }
  }

  @Test("a connection without a request is closed silently", arguments: ["", "\r\n"])
  func silentClientTimesOut(wire: String) async throws {
    let clock = ManualClock()
    try await withServer(Self.application(), clock: .manual(clock)) { port in
      let client = try Client(port: port)
      try client.send(wire)
      try advance(clock, until: client)
      #expect(try client.readToEnd() == [])
    }
  }

  @Test("an idle connection is closed silently after the idle time, and not before")
  func idleTimesOut() async throws {
    let clock = ManualClock()
    try await withRunningServer(Self.application(), clock: .manual(clock)) { server in
      let client = try Client(port: server.port)
      for _ in 1...3 {
        #expect(try client.get("/hello").status == 200)
        try await eventually { await server.statistics.idle == 1 }
        clock.advance(by: .seconds(129))
      }
      #expect(try client.get("/hello").status == 200)
      try await eventually { await server.statistics.idle == 1 }
      clock.advance(by: .seconds(130))
      #expect(try client.readToEnd() == [])
      #expect(await server.statistics.timedOut == 1)
    }
  }

  @Test("no timeout ends a handler that takes long, or a stream that is quiet")
  func longHandlerDoesNotTimeOut() async throws {
    let (arrived, finish, goOn) = (Signal(), Signal(), Signal())
    var app = Self.application()
    app.post("/") { _, response in
      arrived.fire()
      try await finish.wait()
      response.send("at last")
    }
    app.get("/stream") { _, response in
      let stream = try response.startStream()
      try await stream.write([UInt8](repeating: UInt8(ascii: "x"), count: 8 << 20))
      try await goOn.wait()
      try await stream.write([UInt8]("at last".utf8))
    }
    let clock = ManualClock()
    try await withServer(app, clock: .manual(clock)) { port in
      let poster = try Client(port: port)
      try poster.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\n\r\nx")
      let reader = try Client(port: port)
      try reader.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
      _ = try reader.head()
      #expect(try reader.chunk().count == 8 << 20)
      try await arrived.wait()
      for _ in 1...1000 { clock.advance(by: .seconds(10)) }
      finish.fire()
      goOn.fire()
      #expect(try poster.reply().text == "at last")
      #expect(try reader.chunk() == [UInt8]("at last".utf8))
    }
  }

  @Test("a client that does not read its response is cut off")
  func slowReaderTimesOut() async throws {
    let clock = ManualClock()
    try await withRunningServer(Self.application(), clock: .manual(clock)) { server in
      let client = try Client(port: server.port)
      try client.send("GET /large HTTP/1.1\r\nHost: test\r\n\r\n")
      #expect(client.hears(withinMilliseconds: 1_000 * Client.patienceSeconds))
      try await eventually {
        clock.advance(by: .seconds(1))
        return server.connectionCount == 0
      }
      #expect(try client.head()["content-length"] == "\(Self.large.count)")
      #expect(try client.readToEnd().count < Self.large.count)
    }
  }

  @Test("a handler whose client does not read its stream fails")
  func slowStreamReaderTimesOut() async throws {
    let failed = Signal()
    var app = Self.application()
    app.get("/stream") { _, response in
      let stream = try response.startStream()
      do {
        while true { try await stream.write([UInt8](repeating: 0, count: 1 << 20)) }
      } catch StreamError.closed {
        failed.fire()
      }
    }
    let clock = ManualClock()
    try await withRunningServer(app, clock: .manual(clock)) { server in
      let client = try Client(port: server.port)
      try client.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
      try await eventually {
        clock.advance(by: .seconds(1))
        return failed.hasFired
      }
      try await eventually { server.connectionCount == 0 }
    }
  }

  @Test("a client that was refused and stays is cut off")
  func lingerTimesOut() async throws {
    let clock = ManualClock()
    try await withRunningServer(Self.application(), clock: .manual(clock)) { server in
      let client = try Client(port: server.port)
      try client.send("no request\r\n")
      #expect(try client.reply().status == 400)
      #expect(server.connectionCount == 1)
      try await eventually {
        clock.advance(by: .milliseconds(500))
        return server.connectionCount == 0
      }
    }
  }

  // MARK: Size

  @Test(
    "a request past a limit on its size is told the status of that limit",
    arguments: [
      ("GET /\(String(repeating: "x", count: 9000)) HTTP/1.1\r\n", 414),
      ("GET / HTTP/1.1\r\nHost: test\r\nA: \(String(repeating: "x", count: 17_000))\r\n", 431),
      ("GET / HTTP/1.1\r\nHost: test\r\n\(String(repeating: "A: b\r\n", count: 101))", 431),
      ("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 65537\r\n\r\n", 413),
      ("POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n", 413),
    ])
  func size(wire: String, status: Int) async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      try client.send(wire)
      let reply = try client.reply()
      #expect(reply.status == status)
      #expect(reply["connection"] == "close")
      #expect(try client.readToEnd() == [])
    }
  }

  @Test(
    "the limit on a body is told to a client that goes on sending it",
    arguments: ["Content-Length: 10000000", "Transfer-Encoding: chunked"])
  func bodyStillComing(field: String) async throws {
    let limits = Self.limits { $0.lingerTimeout = .seconds(60) }
    try await withServer(Self.application(), limits: limits) { port in
      let client = try Client(port: port)
      try client.send("POST /echo HTTP/1.1\r\nHost: test\r\n\(field)\r\n\r\n")
      if field.hasSuffix("chunked") { try client.send("989680\r\n") }
      try client.send([UInt8](repeating: UInt8(ascii: "x"), count: 10_000_000))
      #expect(try client.reply().status == 413)
      #expect(try client.readToEnd() == [])
    }
  }

  @Test("a route and the application say how large a body may be, before it is read")
  func bodyLimitOfRoute() async throws {
    var app = Application()
    app.maxBodyBytes = 100
    app.post("/small", maxBodyBytes: 10) { _, response in response.send("small") }
    app.post("/large", maxBodyBytes: 1 << 20) { _, response in response.send("large") }
    app.post("/:other") { _, response in response.send("other") }
    try await withServer(app) { port in
      for (path, most) in [("small", 10), ("other", 100), ("large", 64 * 1024), ("a/b", 100)] {
        let start = "POST /\(path) HTTP/1.1\r\nHost: test\r\n"
        let taken = try Client(port: port)
        try taken.send(start + "Content-Length: \(most)\r\n\r\n")
        try taken.send([UInt8](repeating: 0, count: most))
        #expect(try taken.reply().status == (path == "a/b" ? 404 : 200))
        // Nothing of the body was sent.
        let refused = try Client(port: port)
        try refused.send(start + "Content-Length: \(most + 1)\r\n\r\n")
        let reply = try refused.reply()
        #expect(reply.status == 413)
        #expect(reply.text == "{\"error\":\"Send at most \(most) bytes.\"}")
        let chunked = try Client(port: port)
        let size = String(most + 1, radix: 16)
        try chunked.send(start + "Transfer-Encoding: chunked\r\n\r\n\(size)\r\n")
        #expect(try chunked.reply().status == 413)
      }
    }
  }

  // MARK: Connections

  @Test("a connection too many is turned away with 503 and counted, until one leaves")
  func connections() async throws {
    let limits = Self.limits { $0.maxConnections = 2 }
    try await withRunningServer(Self.application(), limits: limits) { server in
      let first = try Client(port: server.port)
      var second: Client? = try Client(port: server.port)
      #expect(try first.get("/hello").status == 200)
      #expect(try second?.get("/hello").status == 200)
      let third = try Client(port: server.port)
      let reply = try third.reply()
      #expect(reply.status == 503)
      #expect(reply["retry-after"] == "5")
      #expect(reply.text == #"{"error":"All places are taken. Try again in a few seconds."}"#)
      #expect(try third.readToEnd() == [])
      #expect(try first.get("/hello").status == 200)
      second = nil
      try await eventually { server.connectionCount == 1 }
      #expect(try Client(port: server.port).get("/hello").status == 200)
      #expect(await server.statistics.rejected == 1)
    }
  }
}
