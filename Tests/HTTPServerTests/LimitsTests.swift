import HTTPServer
import Synchronization
import TestSupport
import Testing

@Suite("A limit", .timeLimit(.minutes(2)))
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

  /// Enough for a request on a machine that is busy with other tests.
  private static let unhurried: Duration = .milliseconds(500)

  @Test(
    "on the time of a request is answered with 408, however steadily its bytes drip",
    arguments: [
      "GET /hello HTTP/1.1\r\nHost: ",
      "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 60000\r\n\r\n",
      "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n",
    ], [0, 1])
  func slowRequest(wire: String, requestsBefore: Int) async throws {
    let limits = Self.limits {
      $0.headTimeout = Self.unhurried
      $0.bodyTimeout = Self.unhurried
    }
    try await withServer(Self.application(), limits: limits) { port in
      let client = try Client(port: port)
      for _ in 0..<requestsBefore { _ = try client.get("/hello") }
      try client.send(wire)
      // Its bytes come far more often than the limit, and for far longer.
      var drips = 0
      while drips < 2000, !client.hears(withinMilliseconds: 10) {
        try client.send("x")
        drips += 1
      }
      let reply = try client.reply()
      #expect(reply.status == 408)
      #expect(reply["connection"] == "close")
    }
  }

  @Test("on half a request behind another is that of a head, not of an idle connection")
  func slowPipeline() async throws {
    let limits = Self.limits { $0.headTimeout = Self.unhurried }
    try await withServer(Self.application(), limits: limits) { port in
      let client = try Client(port: port)
      try client.send("GET /hello HTTP/1.1\r\nHost: test\r\n\r\nGET /he")
      #expect(try client.reply().status == 200)
      #expect(try client.reply().status == 408)
    }
  }

  @Test("on a connection without a request closes it without a word", arguments: ["", "\r\n"])
  func silentClient(wire: String) async throws {
    let limits = Self.limits { $0.headTimeout = .milliseconds(50) }
    try await withServer(Self.application(), limits: limits) { port in
      let client = try Client(port: port)
      try client.send(wire)
      #expect(try client.readToEnd() == [])
    }
  }

  @Test("on idle time closes a connection between two requests without a word")
  func idle() async throws {
    let limits = Self.limits { $0.idleTimeout = .milliseconds(50) }
    try await withServer(Self.application(), limits: limits) { port in
      let client = try Client(port: port)
      #expect(try client.get("/hello").status == 200)
      #expect(try client.readToEnd() == [])
    }
  }

  @Test("on the time of a request ends with it: the next may come later")
  func headTimeEnds() async throws {
    let limits = Self.limits {
      $0.headTimeout = Self.unhurried
      $0.bodyTimeout = Self.unhurried
    }
    try await withServer(Self.application(), limits: limits) { port in
      let client = try Client(port: port)
      for _ in 0..<2 {
        try client.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\n\r\nx")
        #expect(try client.reply().text == "x")
        #expect(!client.hears(withinMilliseconds: 1000))
      }
    }
  }

  @Test("on time does not end a handler that takes long, or a stream that is quiet")
  func longHandler() async throws {
    let (answer, goOn) = (Signal(), Signal())
    var app = Self.application()
    app.post("/") { _, response in
      try await answer.wait()
      response.send("at last")
    }
    app.get("/stream") { _, response in
      let stream = try response.startStream()
      try await stream.write([UInt8](repeating: UInt8(ascii: "x"), count: 8 << 20))
      try await goOn.wait()
      try await stream.write([UInt8]("at last".utf8))
    }
    let limits = Self.limits {
      $0.headTimeout = Self.unhurried
      $0.bodyTimeout = Self.unhurried
      $0.idleTimeout = Self.unhurried
      $0.writeTimeout = .seconds(2)
    }
    try await withServer(app, limits: limits) { port in
      let poster = try Client(port: port)
      try poster.send("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\n\r\nx")
      let reader = try Client(port: port)
      try reader.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
      _ = try reader.head()
      #expect(try reader.chunk().count == 8 << 20)
      #expect(!poster.hears(withinMilliseconds: 3000))
      answer.fire()
      goOn.fire()
      #expect(try poster.reply().text == "at last")
      #expect(try reader.chunk() == [UInt8]("at last".utf8))
    }
  }

  @Test("on writing cuts off a client that does not read its answer")
  func slowReader() async throws {
    let limits = Self.limits { $0.writeTimeout = .milliseconds(100) }
    try await withRunningServer(Self.application(), limits: limits) { server in
      let client = try Client(port: server.port)
      try client.send("GET /large HTTP/1.1\r\nHost: test\r\n\r\n")
      #expect(client.hears(withinMilliseconds: 10_000))
      try await eventually { server.connectionCount == 0 }
      #expect(try client.head()["content-length"] == "\(Self.large.count)")
      #expect(try client.readToEnd().count < Self.large.count)
    }
  }

  @Test("on writing fails a handler whose client does not read its stream")
  func slowStreamReader() async throws {
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
    let limits = Self.limits { $0.writeTimeout = .milliseconds(100) }
    try await withRunningServer(app, limits: limits) { server in
      let client = try Client(port: server.port)
      try client.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
      try await failed.wait()
      try await eventually { server.connectionCount == 0 }
    }
  }

  @Test("on lingering cuts off a client that was refused and stays")
  func linger() async throws {
    let limits = Self.limits { $0.lingerTimeout = .milliseconds(50) }
    try await withRunningServer(Self.application(), limits: limits) { server in
      let client = try Client(port: server.port)
      try client.send("no request\r\n")
      #expect(try client.reply().status == 400)
      try await eventually { server.connectionCount == 0 }
    }
  }

  // MARK: Size

  @Test(
    "on size is answered with its status",
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
    "on a body is told to a client that goes on sending it",
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

  // MARK: Connections

  @Test("on connections turns the next one away with 503, until one leaves")
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
    }
  }
}
