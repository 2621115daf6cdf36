import HTTPServer
import TestSupport
import Testing

@Suite("Pipelines", .timeLimit(.minutes(5)))
struct PipeliningTests {
  private static func application() -> Application {
    var app = Application()
    app.get("/now/:number") { request, response in response.send(request.parameters["number"]!) }
    app.get("/later/:number") { request, response in
      await Task.yield()
      response.send(request.parameters["number"]!)
    }
    app.get("/large") { _, response in response.send(large, as: .bytes) }
    app.post("/echo") { request, response in response.send(request.body, as: .bytes) }
    return app
  }

  /// The same with a handler that says when it has been reached, and then waits to be let go.
  private static func application(arrived: Signal, leave: Signal) -> Application {
    var app = application()
    app.get("/wait") { _, response in
      arrived.fire()
      try await leave.wait()
      response.send("waited")
    }
    return app
  }

  /// More than the kernels at both ends hold.
  private static let large = [UInt8](repeating: UInt8(ascii: "x"), count: 16 << 20)

  private func request(_ target: String, _ fields: String = "") -> String {
    "GET \(target) HTTP/1.1\r\nHost: test\r\n\(fields)\r\n"
  }

  @Test(
    "a pipeline of requests is responded to in its order",
    arguments: [["now"], ["later"], ["now", "later"], ["now", "now", "later", "later", "later"]])
  func order(kinds: [String]) async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      let targets = (0..<1000).map { "/\(kinds[$0 % kinds.count])/\($0)" }
      try client.send(targets.map { request($0) }.joined())
      for number in 0..<1000 { #expect(try client.reply().text == "\(number)") }
      #expect(try client.get("/now/last").text == "last")
    }
  }

  @Test(
    "a pipeline of requests goes on behind a response that the client takes slowly",
    arguments: ["now", "later"])
  func behindSlowAnswer(kind: String) async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      try client.send(request("/large") + request("/\(kind)/1"))
      try client.send(request("/large") + request("/\(kind)/2"))
      for number in 1...2 {
        #expect(try client.reply().body.count == Self.large.count)
        #expect(try client.reply().text == "\(number)")
      }
    }
  }

  @Test("a pipeline of requests has bodies in it")
  func bodies() async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      let wires = (0..<100).map { number in
        number.isMultiple(of: 2)
          ? "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 3\r\n\r\n\(100 + number)\r\n"
          : "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3\r\n\(100 + number)\r\n0\r\n\r\n"
      }
      try client.send(wires.joined())
      for number in 0..<100 { #expect(try client.reply().text == "\(100 + number)") }
    }
  }

  @Test(
    "a pipeline of requests ends with the request that ends the connection",
    arguments: ["now", "later"])
  func end(kind: String) async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      try client.send(
        request("/\(kind)/1") + request("/\(kind)/2", "Connection: close\r\n") + request("/now/3"))
      #expect(try client.reply().text == "1")
      #expect(try client.reply()["connection"] == "close")
      #expect(try client.readToEnd() == [])
    }
  }

  @Test(
    "a pipeline of requests ends with the request that is none, behind the responses to those before it"
  )
  func malformed() async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      try client.send(
        request("/later/1") + request("/now/2") + "no request\r\n" + request("/now/3"))
      #expect(try client.reply().text == "1")
      #expect(try client.reply().text == "2")
      #expect(try client.reply().status == 400)
      #expect(try client.readToEnd() == [])
    }
  }

  @Test(
    "a pipeline of requests is responded to whole when the client ends its own side behind it",
    arguments: ["now", "later"])
  func halfClosed(kind: String) async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      try client.send((0..<100).map { request("/\(kind)/\($0)") }.joined())
      client.finishSending()
      for number in 0..<100 { #expect(try client.reply().text == "\(number)") }
      #expect(try client.readToEnd() == [])
    }
  }

  @Test(
    "a pipeline of requests with half a request at its end is closed when the client ends its own side"
  )
  func halfClosedMidway() async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      try client.send(request("/later/1") + "GET / HT")
      client.finishSending()
      #expect(try client.reply().text == "1")
      #expect(try client.readToEnd() == [])
    }
  }

  @Test(
    "a pipeline of requests is not read ahead past its limit, and goes on when the response is made"
  )
  func backPressure() async throws {
    let (arrived, leave) = (Signal(), Signal())
    let app = Self.application(arrived: arrived, leave: leave)
    var limits = Limits()
    limits.maxPipelinedBytes = 16 * 1024
    try await withServer(app, limits: limits) { port in
      let client = try Client(port: port)
      try client.send(request("/wait"))
      try await arrived.wait()
      let filler = "Filler: \(String(repeating: "x", count: 15_000))\r\n"
      let count = 4000
      let flood = [UInt8]((0..<count).map { request("/now/\($0)", filler) }.joined().utf8)
      let sent = client.sendUntilFull(flood, quietMilliseconds: 300)
      #expect(sent < flood.count / 2)
      leave.fire()
      #expect(try client.reply().text == "waited")
      // Its end is cut, so that it need not be sent whole.
      let whole = sent / (flood.count / count) + 1
      let rest = flood[sent..<(flood.count / count * whole)]
      try client.send(Array(rest))
      for number in 0..<(whole - 1) { #expect(try client.reply().text == "\(number)") }
    }
  }

  @Test("a pipeline of requests of one client leaves the others on its loop their turn")
  func fairness() async throws {
    let (arrived, leave) = (Signal(), Signal())
    var app = Self.application(arrived: arrived, leave: leave)
    app.get("/open") { _, _ in leave.fire() }
    try await withServer(app, loops: 1) { port in
      let greedy = try Client(port: port)
      let modest = try Client(port: port)
      try modest.send(request("/wait"))
      try await arrived.wait()
      try greedy.send((0..<500).map { request("/now/\($0)") }.joined() + request("/open"))
      #expect(try modest.reply().text == "waited")
      for number in 0..<500 { #expect(try greedy.reply().text == "\(number)") }
      #expect(try greedy.reply().status == 200)
    }
  }
}
