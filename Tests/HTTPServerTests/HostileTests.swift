import HTTPServer
import TestSupport
import Testing

@Suite("Hostile clients", .timeLimit(.minutes(5)))
struct HostileTests {
  private static func application() -> Application {
    var app = Application()
    app.get("/") { _, response in response.send("hello") }
    app.post("/") { request, response in response.send(request.body, as: .bytes) }
    app.get("/large") { _, response in
      response.send([UInt8](repeating: 0, count: 16 << 20), as: .bytes)
    }
    return app
  }

  private static let request = "GET / HTTP/1.1\r\nHost: test\r\n\r\n"

  /// What it sends is answered with the status, once, and the connection ends, while another client
  /// on the same loop is served as ever.
  private func expect(_ status: Int, for wire: [UInt8]) async throws {
    try await withRunningServer(Self.application(), loops: 1) { server in
      let neighbour = try Client(port: server.port)
      #expect(try neighbour.get("/").text == "hello")
      let client = try Client(port: server.port)
      try client.send(wire)
      // For whoever reads a message by its other length.
      try client.send(Self.request)
      #expect(try neighbour.get("/").text == "hello")
      let reply = try client.reply()
      #expect(reply.status == status)
      #expect(reply["connection"] == "close")
      #expect(try client.readToEnd() == [])
      #expect(try neighbour.get("/").text == "hello")
      #expect(server.connectionCount <= 2)
    }
  }

  @Test(
    "a hostile client is told once the status its request deserves",
    arguments: try WireFixture.all(in: "invalid"))
  func fixture(_ fixture: WireFixture) async throws {
    let status = try #require(Int(fixture.expectation.prefix { $0.isNumber }))
    try await expect(status, for: fixture.wire)
  }

  @Test(
    "a hostile client that speaks another protocol is told so",
    arguments: [
      // A TLS client hello, and HTTP/2 with prior knowledge.
      ([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03], 400),
      ([UInt8]("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8), 505),
      ([UInt8]("SSH-2.0-OpenSSH_9.6\r\n".utf8), 400),
      ([UInt8]("hello?\r\n".utf8), 400),
      ([0, 0, 0, 0], 400),
      ([0xFF, 0xFE, 0x0D, 0x0A], 400),
    ] as [([UInt8], Int)])
  func otherProtocol(wire: [UInt8], status: Int) async throws {
    try await expect(status, for: wire)
  }

  @Test(
    "a browser that tries https first is told at once, and not after the rest has come",
    arguments: [1, 2, 5, 43, 300, TLS.clientHello.count])
  func tls(count: Int) async throws {
    #expect(TLS.clientHello.prefix(3) == [22, 3, 1])
    try await withRunningServer(Self.application(), loops: 1) { server in
      let client = try Client(port: server.port)
      try client.send(Array(TLS.clientHello.prefix(count)))
      let reply = try client.reply()
      #expect(reply.status == 400)
      #expect(reply["connection"] == "close")
      #expect(try client.readToEnd() == [])
    }
  }

  @Test(
    "a hostile client that never ends its head, its extensions or its trailers is stopped",
    arguments: [
      ("", "A: b\r\n", 431),
      ("A: ", "x", 431),
      ("Transfer-Encoding: chunked\r\n\r\n1;", "x", 400),
      ("Transfer-Encoding: chunked\r\n\r\n0\r\nA: ", "x", 431),
      ("Transfer-Encoding: chunked\r\n\r\n0\r\n", "A: b\r\n", 431),
    ])
  func endless(start: String, more: String, status: Int) async throws {
    let wire = "POST / HTTP/1.1\r\nHost: test\r\n" + start + String(repeating: more, count: 30_000)
    try await expect(status, for: [UInt8](wire.utf8))
  }

  @Test("a hostile client that leaves at any byte harms nobody", arguments: [true, false])
  func leaves(resets: Bool) async throws {
    let wire = [UInt8](
      "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n".utf8)
    try await withRunningServer(Self.application(), loops: 1) { server in
      let neighbour = try Client(port: server.port)
      for count in 0...wire.count {
        let client = try Client(port: server.port)
        try client.send(Array(wire.prefix(count)))
        if resets { client.reset() } else { client.finishSending() }
        #expect(try neighbour.get("/").text == "hello")
        if !resets, count < wire.count { #expect(try client.readToEnd() == []) }
      }
      // The neighbour.
      try await eventually { server.connectionCount == 1 }
      #expect(try Client(port: server.port).get("/").text == "hello")
    }
  }

  @Test(
    "a hostile client that leaves in the middle of its response harms nobody",
    arguments: [true, false])
  func leavesAnswer(resets: Bool) async throws {
    try await withRunningServer(Self.application(), loops: 1) { server in
      let neighbour = try Client(port: server.port)
      #expect(try neighbour.get("/").text == "hello")
      for _ in 0..<8 {
        let client = try Client(port: server.port)
        try client.send("GET /large HTTP/1.1\r\nHost: test\r\n\r\n" + Self.request)
        #expect(try client.head().status == 200)
        if resets { client.reset() }
      }
      #expect(try neighbour.get("/").text == "hello")
      // The neighbour.
      try await eventually { server.connectionCount == 1 }
      #expect(try Client(port: server.port).get("/").text == "hello")
    }
  }

  @Test("a hostile client that opens connections and says nothing leaves room for others")
  func silentCrowd() async throws {
    try await withRunningServer(Self.application()) { server in
      let crowd = try (0..<200).map { _ in try Client(port: server.port) }
      #expect(try Client(port: server.port).get("/").text == "hello")
      withExtendedLifetime(crowd) {}
    }
  }
}
