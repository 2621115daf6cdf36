import HTTPServer
import Synchronization
import TestSupport
import Testing

@Suite("Connections", .timeLimit(.minutes(5)))
struct ConnectionTests {
  private static func application() -> Application {
    var app = Application()
    app.log = .silent
    app.get("/hello") { _, response in response.send("hello") }
    app.post("/echo") { request, response in response.send(request.body, as: .bytes) }
    app.get("/nothing") { _, response in response.status(.noContent) }
    app.get("/same") { _, response in
      response.set("ETag", "\"1\"").status(.notModified)
    }
    app.get("/silent") { _, _ in }
    app.get("/fault") { _, _ in throw Fault() }
    app.get("/later") { _, response in
      await Task.yield()
      response.send("later")
    }
    return app
  }

  private struct Fault: Error {}

  // MARK: Keeping it, and ending it

  @Test("a connection responds to one request after the other")
  func keepAlive() async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      for target in ["/hello", "/later", "/hello", "/later"] {
        let reply = try client.get(target)
        #expect(reply.status == 200)
        #expect(reply.text == target.dropFirst())
        #expect(reply["connection"] == nil)
      }
    }
  }

  @Test(
    "a connection closes after the response when it is asked to",
    arguments: ["/hello", "/later", "/nowhere"])
  func close(target: String) async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      #expect(try client.get(target, fields: "Connection: close\r\n")["connection"] == "close")
      #expect(try client.readToEnd() == [])
    }
  }

  @Test("a connection closes after a response to HTTP/1.0, unless it is asked to stay")
  func http10() async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      for _ in 0..<2 {
        try client.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        let reply = try client.reply()
        #expect(reply["connection"] == "keep-alive")
        #expect(reply.text == "hello")
      }
      try client.send("GET /hello HTTP/1.0\r\n\r\n")
      let reply = try client.reply()
      #expect(reply["connection"] == "close")
      #expect(reply.text == "hello")
      #expect(try client.readToEnd() == [])
    }
  }

  @Test(
    "a connection responds to a client that ends its own side", arguments: ["/hello", "/later"])
  func halfClosed(target: String) async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      try client.send("GET \(target) HTTP/1.1\r\nHost: test\r\n\r\n")
      client.finishSending()
      #expect(try client.reply().text == target.dropFirst())
      #expect(try client.readToEnd() == [])
    }
  }

  @Test("a connection responds to a client that ends its own side while its handler waits")
  func halfClosedWhileWaiting() async throws {
    let (arrived, leave) = (Signal(), Signal())
    var app = Application()
    app.get("/") { _, response in
      arrived.fire()
      try await leave.wait()
      response.send("still here")
    }
    try await withServer(app) { port in
      let client = try Client(port: port)
      try client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
      try await arrived.wait()
      client.finishSending()
      #expect(!client.hears(withinMilliseconds: 100))
      leave.fire()
      let reply = try client.reply()
      #expect(reply.text == "still here")
      #expect(reply["connection"] == "close")
    }
  }

  @Test("a connection cancels the handler of a client that resets, and gives its slot back")
  func resetWhileWaiting() async throws {
    let (arrived, cancelled) = (Signal(), Signal())
    let lines = Mutex<[String]>([])
    var app = Application()
    app.log = Log { line in lines.withLock { $0.append(line) } }
    app.get("/") { _, _ in
      arrived.fire()
      do {
        try await Signal().wait()
      } catch {
        cancelled.fire()
        throw error
      }
    }
    try await withRunningServer(app) { server in
      let client = try Client(port: server.port)
      try client.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n")
      try await arrived.wait()
      client.reset()
      try await cancelled.wait()
      try await eventually { server.connectionCount == 0 }
    }
    #expect(lines.withLock { $0 } == [])
  }

  @Test("a connection cancels nothing of the request that comes after a cancelled one")
  func afterCancelled() async throws {
    let (arrived, cancelled) = (Signal(), Signal())
    var app = Application()
    app.get("/never") { _, _ in
      arrived.fire()
      do { try await Signal().wait() } catch { cancelled.fire() }
    }
    app.get("/") { _, response in response.send("\(Task.isCancelled)") }
    try await withServer(app, loops: 1) { port in
      // A connection that stays, so that what the loop keeps between requests is kept.
      let client = try Client(port: port)
      #expect(try client.get("/").text == "false")
      let leaver = try Client(port: port)
      try leaver.send("GET /never HTTP/1.1\r\nHost: test\r\n\r\n")
      try await arrived.wait()
      leaver.reset()
      try await cancelled.wait()
      for _ in 1...2 { #expect(try client.get("/").text == "false") }
    }
  }

  @Test(
    "a connection gives its slot back when the client leaves in the middle of a request",
    arguments: [
      "", "GET", "GET / HTTP/1.1\r\nHost: te", "POST /echo HTTP/1.1\r\nHost: test\r\n",
      "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\nhalf",
      "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal",
    ], [true, false])
  func leavesMidway(wire: String, resets: Bool) async throws {
    try await withRunningServer(Self.application()) { server in
      var client: Client? = try Client(port: server.port)
      try client?.send(wire)
      if resets { client?.reset() }
      client = nil
      // The connection may not even have been taken in yet.
      #expect(try Client(port: server.port).get("/hello").status == 200)
      try await eventually { server.connectionCount == 0 }
    }
  }

  // MARK: Requests

  @Test("a connection takes a request that arrives byte by byte")
  func bytes() async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      let wire =
        "POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: none\r\n\r\n"
      for byte in wire.utf8 { try client.send([byte]) }
      #expect(try client.reply().text == "abcde")
      #expect(try client.get("/hello").text == "hello")
    }
  }

  @Test("a connection takes a body of any size it allows", arguments: [0, 1, 1000, 64 * 1024])
  func body(count: Int) async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      let body = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
      for _ in 0..<2 {
        try client.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: \(count)\r\n\r\n")
        try client.send(body)
        #expect(try client.reply().body == body)
      }
    }
  }

  @Test("a connection asks for a body that the client holds back, once")
  func expectContinue() async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      try client.send(
        "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
      #expect(try client.head().status == 100)
      try client.send("bo")
      try client.send("dy")
      let reply = try client.reply()
      #expect(reply.status == 200)
      #expect(reply.text == "body")
    }
  }

  @Test("a connection does not ask for a body that comes with its head")
  func expectContinueInVain() async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      try client.send(
        "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\nbody"
      )
      #expect(try client.reply().text == "body")
    }
  }

  @Test(
    "a connection refuses a body it would not take instead of asking for it",
    arguments: [
      ("Content-Length: 99999999\r\nExpect: 100-continue\r\n", 413),
      ("Content-Length: 4\r\nExpect: a miracle\r\n", 417),
    ])
  func expectRefusal(fields: String, status: Int) async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      try client.send("POST /echo HTTP/1.1\r\nHost: test\r\n\(fields)\r\n")
      let reply = try client.reply()
      #expect(reply.status == status)
      #expect(reply["connection"] == "close")
      #expect(try client.readToEnd() == [])
    }
  }

  // MARK: Responses

  @Test(
    "a connection responds to HEAD with the fields of GET and no body",
    arguments: ["/hello", "/later"])
  func head(target: String) async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      try client.send("HEAD \(target) HTTP/1.1\r\nHost: test\r\n\r\n")
      #expect(try client.reply(toHead: true)["content-length"] == "5")
      #expect(try client.get("/hello").text == "hello")
    }
  }

  @Test(
    "a connection says no length where a status has no body",
    arguments: [("/nothing", 204), ("/same", 304)])
  func bodiless(target: String, status: Int) async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      let reply = try client.get(target)
      #expect(reply.status == status)
      #expect(reply["content-length"] == nil)
      #expect(reply["transfer-encoding"] == nil)
      #expect(try client.get("/hello").text == "hello")
    }
  }

  @Test("a connection responds for a handler that says nothing")
  func silent() async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      let reply = try client.get("/silent")
      #expect(reply.status == 200)
      #expect(reply["content-length"] == "0")
      #expect(try client.get("/hello").text == "hello")
    }
  }

  @Test("a connection goes on after a handler that failed")
  func fault() async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      #expect(try client.get("/fault").status == 500)
      #expect(try client.get("/hello").text == "hello")
    }
  }

  @Test("a connection frames the response itself, whatever a handler says of it")
  func framing() async throws {
    var app = Application()
    app.get("/") { _, response in
      response.set("Content-Length", "1").set("Transfer-Encoding", "chunked")
      response.set("Connection", "keep-alive")
      response.send("hello")
    }
    try await withServer(app) { port in
      let client = try Client(port: port)
      let reply = try client.get("/", fields: "Connection: close\r\n")
      #expect(reply.fields.filter { $0.name == "content-length" }.map(\.value) == ["5"])
      #expect(reply.fields.filter { $0.name == "connection" }.map(\.value) == ["close"])
      #expect(reply["transfer-encoding"] == nil)
      #expect(reply.text == "hello")
    }
  }

  @Test(
    "a connection sends the fields that are left, each on a line of its own, whoever wrote them")
  func fields() async throws {
    var app = Application()
    app.get("/echo") { request, response in response.fields = request.fields }
    app.get("/own") { _, response in
      for (name, value) in [("A", "1"), ("B", "2"), ("C", "3"), ("D", "4")] {
        response.fields.add(FieldName(name)!, try FieldValue(value))
      }
      response.fields.remove("B")
      response.fields.set("A", "5")
      response.set("Content-Length", "9").set("E", "6")
    }
    try await withServer(app) { port in
      func sent(_ path: String, _ fields: String) throws -> [String] {
        try Client(port: port).get(path, fields: fields).fields
          .filter { $0.name.count == 1 }.map { "\($0.name)=\($0.value)" }
      }
      let own = try sent("/own", "")
      #expect(own == ["c=3", "d=4", "a=5", "e=6"])
      let echo = try sent("/echo", "A:1\r\nB:  2 \t\r\nTE: 5\r\nC:3\r\nD:\r\n")
      #expect(echo == ["a=1", "b=2", "c=3", "d="])
    }
  }
}
