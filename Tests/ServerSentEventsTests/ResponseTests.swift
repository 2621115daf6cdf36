import EventLoop
import HTTPServer
import ServerSentEvents
import TestSupport
import Testing

@Suite("A response that is a stream")
struct ResponseTests {
  private func application(_ handler: @escaping Handler) -> Application {
    var app = Application()
    app.use(serverSentEvents())
    app.get("/stream", handler)
    return app
  }

  private func fields(of reply: Reply) -> [String] {
    reply.fields.filter { $0.name != "date" }.map { "\($0.name): \($0.value)" }
  }

  @Test("an event stream has this head, a comment, and a time to come back after")
  func head() async throws {
    let app = application { _, response in try response.sseSetup(retry: .seconds(10)) }
    try await withServer(app) { port in
      let client = try Client(port: port)
      try client.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
      let head = try client.head()
      #expect(head.status == 200)
      #expect(
        fields(of: head) == [
          "content-type: text/event-stream",
          "cache-control: no-cache, no-transform",
          "connection: keep-alive",
          "x-accel-buffering: no",
          "transfer-encoding: chunked",
        ])
      #expect(try client.chunk() == [UInt8](":\nretry: 10000\n".utf8))
      #expect(try client.chunk() == [])
      // The body has ended, the connection has not.
      #expect(try client.get("/nowhere").status == 404)
    }
  }

  @Test("an event stream in HTTP/1.0 has no chunks and ends with the connection")
  func oldVersion() async throws {
    let app = application { _, response in
      try response.sseSetup(retry: .seconds(1))
      try await response.sseSend(Event("x"))
    }
    try await withServer(app) { port in
      let client = try Client(port: port)
      try client.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
      let reply = try client.reply()
      #expect(
        fields(of: reply) == [
          "content-type: text/event-stream",
          "cache-control: no-cache, no-transform",
          "x-accel-buffering: no",
          "connection: close",
        ])
      #expect(reply.text == ":\nretry: 1000\ndata: x\n\n")
    }
  }

  @Test("an event stream is its head alone to HEAD, and the connection goes on")
  func headOnly() async throws {
    let app = application { _, response in
      try response.sseSetup()
      try await response.sseSend(Event("x"))
    }
    try await withServer(app) { port in
      let client = try Client(port: port)
      for _ in 1...2 {
        try client.send("HEAD /stream HTTP/1.1\r\nHost: test\r\n\r\n")
        #expect(try client.reply(toHead: true)["content-type"] == "text/event-stream")
      }
    }
  }

  @Test("every event stream is told another time to come back, all of them in the range")
  func retry() async throws {
    var app = Application()
    app.use(serverSentEvents(retry: .seconds(3)...(.seconds(6))))
    app.get("/stream") { _, response in try response.sseSetup() }
    try await withServer(app) { port in
      let client = try Client(port: port)
      var times: Set<Int> = []
      for _ in 1...30 {
        var parser = EventStreamParser()
        _ = parser.feed(try client.get("/stream").body)
        times.insert(try #require(parser.retryMilliseconds))
      }
      #expect(times.allSatisfy { (3000...6000).contains($0) })
      // 30 numbers out of 3,000 are rarely all different, and never all the same.
      #expect(times.count > 15)
    }
  }

  @Test("an event stream needs the middleware, and the log says so")
  func middlewareMissing() async throws {
    let lines = Lines()
    var app = Application()
    app.log = lines.log
    app.get("/stream") { _, response in try response.sseSetup() }
    try await withServer(app) { port in
      let reply = try Client(port: port).get("/stream")
      #expect(reply.status == 500)
    }
    #expect(
      lines.all == [
        "GET /stream: sseSetup() needs app.use(serverSentEvents()) before the route is registered"
      ])
  }

  @Test("an event stream is set up before it is sent events or joins, and the log says so")
  func notSetUp() async throws {
    let lines = Lines()
    let audience = try Audience()
    var app = application { _, response in try await response.sseSend(["a": 1]) }
    app.log = lines.log
    app.get("/join") { _, response in try audience.join(response) }
    try await withServer(app, on: audience.loops) { port in
      let client = try Client(port: port)
      #expect(try client.get("/stream").status == 500)
      #expect(try client.get("/join").status == 500)
    }
    let sentence = "call sseSetup() before sseSend() and before joining an audience"
    #expect(lines.all == ["GET /stream: \(sentence)", "GET /join: \(sentence)"])
    #expect(audience.count == 0)
  }

  @Test("an event stream joins only an audience on its own loop, and the log says so")
  func otherLoop() async throws {
    let lines = Lines()
    let audience = try Audience()
    defer { for loop in audience.loops { loop.stop() } }
    var app = application { _, response in
      try response.sseSetup()
      try audience.join(response)
    }
    app.log = lines.log
    try await withServer(app) { port in
      let client = try Client.stream(port)
      _ = try client.chunk()
      #expect(try client.readToEnd().isEmpty)
    }
    #expect(
      lines.all == [
        "GET /stream: the response ended early: the audience is not on the loop of this response"
      ])
    #expect(audience.count == 0)
  }

  @Test("an event stream is set up once, however often it is asked to be")
  func twice() async throws {
    let app = application { _, response in
      try response.sseSetup(retry: .seconds(1))
      try response.sseSetup(retry: .seconds(2))
    }
    try await withServer(app) { port in
      let reply = try Client(port: port).get("/stream")
      #expect(reply.text == ":\nretry: 1000\n")
    }
  }

  @Test("what is no event is not sent, and the event stream goes on")
  func impossibleEvent() async throws {
    let app = application { _, response in
      try response.sseSetup(retry: .seconds(1))
      await #expect(throws: EventError.name) {
        try await response.sseSend(["a": 1], event: "a\ndata: b")
      }
      try await response.sseSend(["a": 1], event: "pair", id: "7")
    }
    try await withServer(app) { port in
      let text = try Client(port: port).get("/stream").text
      #expect(text == ":\nretry: 1000\nevent: pair\nid: 7\ndata: {\"a\":1}\n\n")
    }
  }

  @Test("an event stream is cut off when its handler fails, and the log says why")
  func handlerFails() async throws {
    struct Fault: Error {}
    let lines = Lines()
    var app = application { _, response in
      try response.sseSetup(retry: .seconds(1))
      throw Fault()
    }
    app.log = lines.log
    try await withServer(app) { port in
      let client = try Client(port: port)
      try client.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
      #expect(try client.head().status == 200)
      #expect(String(decoding: try client.chunk(), as: UTF8.self) == ":\nretry: 1000\n")
      // Without the last chunk, so that it cannot be taken for the whole.
      #expect(try client.readToEnd().isEmpty)
    }
    #expect(lines.all == ["GET /stream: the response ended early: Fault()"])
  }

  @Test("an event stream needs a connection")
  func inProcess() async {
    var app = application { _, response in try response.sseSetup() }
    app.log = .silent
    #expect(await app.respond(to: Request(.get, "/stream")).status == .internalServerError)
  }
}
