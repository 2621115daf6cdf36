import HTTPServer
import Synchronization
import TestSupport
import Testing

@Suite("Streams", .timeLimit(.minutes(5)))
struct StreamTests {
  private static let large = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)

  private struct Fault: Error {}

  /// Three lines, one of them queued.
  private static func lines(_ response: Response) async throws {
    response.set("Content-Type", "text/plain")
    let stream = try response.startStream()
    try stream.enqueue([UInt8]("one\n".utf8))
    try await stream.write([UInt8]("two\n".utf8))
    await Task.yield()
    try await stream.write([])
    try await stream.write([UInt8]("three\n".utf8))
  }

  private static func application() -> Application {
    var app = Application()
    app.log = .silent
    app.get("/lines") { _, response in try await lines(response) }
    app.get("/hello") { _, response in response.send("hello") }
    return app
  }

  // MARK: What the client gets

  @Test("a stream is sent in chunks, and its connection stays")
  func chunks() async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      for _ in 0..<2 {
        let reply = try client.get("/lines")
        #expect(reply["transfer-encoding"] == "chunked")
        #expect(reply["content-length"] == nil)
        #expect(reply.text == "one\ntwo\nthree\n")
      }
      #expect(try client.get("/hello").text == "hello")
    }
  }

  @Test("a stream has a last chunk also when the connection ends with it")
  func closing() async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      let reply = try client.get("/lines", fields: "Connection: close\r\n")
      #expect(reply["transfer-encoding"] == "chunked")
      #expect(reply["connection"] == "close")
      #expect(reply.text == "one\ntwo\nthree\n")
      #expect(try client.readToEnd() == [])
    }
  }

  @Test("a stream goes bare to HTTP/1.0, up to the end of the connection")
  func http10() async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      try client.send("GET /lines HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
      let reply = try client.reply()
      #expect(reply["transfer-encoding"] == nil)
      #expect(reply["connection"] == "close")
      #expect(reply.text == "one\ntwo\nthree\n")
    }
  }

  @Test("a stream is its fields alone for HEAD, while its handler finds it closed")
  func head() async throws {
    let outcome = Mutex<StreamError?>(nil)
    var app = Self.application()
    app.get("/stream") { _, response in
      let stream = try response.startStream()
      await Task.yield()
      do throws(StreamError) {
        try await stream.write(Self.large)
      } catch {
        outcome.withLock { $0 = error }
      }
    }
    try await withServer(app) { port in
      let client = try Client(port: port)
      try client.send("HEAD /stream HTTP/1.1\r\nHost: test\r\n\r\n")
      try client.send("GET /hello HTTP/1.1\r\nHost: test\r\n\r\n")
      #expect(try client.reply(toHead: true)["transfer-encoding"] == "chunked")
      #expect(try client.reply().text == "hello")
    }
    #expect(outcome.withLock { $0 } == .closed)
  }

  @Test("a stream has no body with a status that has none")
  func bodiless() async throws {
    var app = Self.application()
    app.get("/stream") { _, response in
      let stream = try response.status(.noContent).startStream()
      #expect(!stream.isOpen)
    }
    try await withServer(app) { port in
      let client = try Client(port: port)
      #expect(try client.get("/stream")["transfer-encoding"] == nil)
      #expect(try client.get("/hello").text == "hello")
    }
  }

  @Test("a stream is the same one however often it is started")
  func startedTwice() async throws {
    var app = Self.application()
    app.get("/stream") { _, response in
      let stream = try response.startStream()
      #expect(try response.startStream() === stream)
      #expect(throws: StreamError.unavailable) { try Response().startStream() }
    }
    try await withServer(app) { port in
      let reply = try Client(port: port).get("/stream")
      #expect(reply.body.isEmpty)
    }
  }

  @Test("a stream is sent at once while its handler waits for more")
  func promptly() async throws {
    let next = Signal()
    var app = Self.application()
    app.get("/stream") { _, response in
      let stream = try response.startStream()
      try stream.enqueue([UInt8]("first".utf8))
      try await next.wait()
      try await stream.write([UInt8]("second".utf8))
    }
    try await withServer(app) { port in
      let client = try Client(port: port)
      try client.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
      #expect(try client.head().status == 200)
      #expect(try client.chunk() == [UInt8]("first".utf8))
      next.fire()
      #expect(try client.chunk() == [UInt8]("second".utf8))
      #expect(try client.chunk() == [])
    }
  }

  @Test(
    "a stream ends when its handler says so, and the next request waits for the handler's own end")
  func finish() async throws {
    let leave = Signal()
    var app = Self.application()
    app.get("/stream") { _, response in
      let stream = try response.startStream()
      try await stream.write([UInt8]("all".utf8))
      stream.finish()
      #expect(!stream.isOpen)
      await #expect(throws: StreamError.closed) { try await stream.write([1]) }
      try await leave.wait()
    }
    try await withServer(app) { port in
      let client = try Client(port: port)
      #expect(try client.get("/stream").text == "all")
      try client.send("GET /hello HTTP/1.1\r\nHost: test\r\n\r\n")
      #expect(!client.hears(withinMilliseconds: 100))
      leave.fire()
      #expect(try client.reply().text == "hello")
    }
  }

  // MARK: Back-pressure

  @Test("a stream waits for a client that takes it slowly")
  func backPressure() async throws {
    let written = Atomic(0)
    let count = 64
    var app = Self.application()
    app.get("/stream") { _, response in
      let stream = try response.startStream()
      for _ in 0..<count {
        try await stream.write(Self.large)
        written.add(1, ordering: .relaxed)
      }
    }
    var limits = Limits()
    limits.writeTimeout = .seconds(600)
    try await withServer(app, limits: limits) { port in
      let client = try Client(port: port)
      try client.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
      #expect(try client.head().status == 200)
      // It has had the time for all of it, were it not for the client.
      let other = try Client(port: port)
      for _ in 0..<1000 { _ = try other.get("/hello") }
      #expect(written.load(ordering: .relaxed) < count / 2)
      for _ in 0..<count { #expect(try client.chunk().count == Self.large.count) }
      #expect(try client.chunk() == [])
    }
  }

  @Test("a stream of a client that takes all leaves the others on its loop their turn")
  func fairness() async throws {
    let stop = Atomic(false)
    var app = Self.application()
    app.get("/stream") { _, response in
      let stream = try response.startStream()
      while !stop.load(ordering: .relaxed) { try await stream.write([1]) }
    }
    app.get("/stop") { _, _ in stop.store(true, ordering: .relaxed) }
    try await withServer(app, loops: 1) { port in
      let client = try Client(port: port)
      try client.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
      _ = try client.head()
      #expect(try Client(port: port).get("/stop").status == 200)
      while try client.chunk() != [] {}
    }
  }

  // MARK: Leaving and failing

  @Test(
    "a stream is closed and its handler cancelled when the client leaves", arguments: [true, false])
  func peerLeaves(resets: Bool) async throws {
    let (opened, cancelled) = (Signal(), Signal())
    var app = Self.application()
    app.get("/stream") { _, response in
      let stream = try response.startStream()
      opened.fire()
      // It waits for good.
      do { try await Signal().wait() } catch {}
      #expect(Task.isCancelled)
      #expect(!stream.isOpen)
      await #expect(throws: StreamError.closed) { try await stream.write([1]) }
      cancelled.fire()
    }
    try await withRunningServer(app) { server in
      var client: Client? = try Client(port: server.port)
      try client?.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
      try await opened.wait()
      if resets { client?.reset() }
      client = nil
      try await cancelled.wait()
      try await eventually { server.connectionCount == 0 }
    }
  }

  @Test("a stream whose client ends its own side gets a last chunk, and its handler is cancelled")
  func halfClosedMidway() async throws {
    let (opened, cancelled) = (Signal(), Signal())
    var app = Self.application()
    app.get("/stream") { _, response in
      let stream = try response.startStream()
      try await stream.write([UInt8]("first".utf8))
      opened.fire()
      do { try await Signal().wait() } catch { cancelled.fire() }
    }
    try await withRunningServer(app) { server in
      let client = try Client(port: server.port)
      try client.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
      try await opened.wait()
      client.finishSending()
      #expect(try client.reply().text == "first")
      #expect(try client.readToEnd() == [])
      try await cancelled.wait()
      try await eventually { server.connectionCount == 0 }
    }
  }

  @Test("a stream fails the write that waits for a client that leaves")
  func peerLeavesWriter() async throws {
    let (opened, failed) = (Signal(), Signal())
    var app = Self.application()
    app.get("/stream") { _, response in
      let stream = try response.startStream()
      opened.fire()
      do {
        while true { try await stream.write(Self.large) }
      } catch StreamError.closed {
        failed.fire()
      }
    }
    try await withRunningServer(app) { server in
      let client = try Client(port: server.port)
      try client.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
      try await opened.wait()
      _ = client.hears(withinMilliseconds: 1000)
      client.reset()
      try await failed.wait()
      try await eventually { server.connectionCount == 0 }
    }
  }

  @Test(
    "a stream of a handler that fails has no last chunk, and the log says why",
    arguments: [true, false])
  func fault(waits: Bool) async throws {
    let lines = Mutex<[String]>([])
    var app = Self.application()
    app.log = Log { line in lines.withLock { $0.append(line) } }
    app.get("/stream") { _, response in
      let stream = try response.startStream()
      try stream.enqueue([UInt8]("half".utf8))
      if waits { await Task.yield() }
      throw Fault()
    }
    try await withServer(app) { port in
      let client = try Client(port: port)
      try client.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
      #expect(try client.head().status == 200)
      #expect(try client.readToEnd() == [UInt8]("4\r\nhalf\r\n".utf8))
    }
    #expect(lines.withLock { $0 } == ["GET /stream: the response ended early: Fault()"])
  }

  @Test("a stream for a client that has ended its own side is a head and a last chunk")
  func halfClosed() async throws {
    let (arrived, leave, refused) = (Signal(), Signal(), Signal())
    var app = Self.application()
    app.get("/stream") { _, response in
      arrived.fire()
      try await leave.wait()
      #expect(throws: StreamError.closed) { try response.startStream() }
      refused.fire()
    }
    try await withRunningServer(app, loops: 1) { server in
      let client = try Client(port: server.port)
      try client.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
      try await arrived.wait()
      client.finishSending()
      // What was sent before this arrived there before it, on the one loop of both.
      #expect(try Client(port: server.port).get("/hello").status == 200)
      leave.fire()
      try await refused.wait()
      let reply = try client.reply()
      #expect(reply.status == 200)
      #expect(reply["transfer-encoding"] == "chunked")
      #expect(reply["connection"] == "close")
      #expect(reply.body == [])
      #expect(try client.readToEnd() == [])
      try await eventually { server.connectionCount == 0 }
    }
  }

  // MARK: Detaching

  private final class Owner: Sendable {
    private let stream: DetachedStream

    init(_ stream: consuming DetachedStream) { self.stream = stream }

    func sendUnsent() throws {
      let unsent = stream.unsent
      #expect(String(decoding: unsent, as: UTF8.self).hasSuffix("5\r\nhello\r\n"))
      let count = try unsafe unsent.withUnsafeBytes { try unsafe stream.send($0) }
      #expect(count == unsent.count)
    }
  }

  @Test("a stream belongs to whoever detached it, with its slot, until it lets go")
  func detach() async throws {
    let taken = Mutex<Owner?>(nil)
    let (detached, leave) = (Signal(), Signal())
    var app = Self.application()
    app.get("/stream") { _, response in
      let stream = try response.startStream()
      try stream.enqueue([UInt8]("hello".utf8))
      try taken.withLock { $0 = Owner(try stream.detach()) }
      #expect(!stream.isOpen)
      #expect(throws: StreamError.closed) { _ = try stream.detach() }
      detached.fire()
      try await leave.wait()
    }
    try await withRunningServer(app) { server in
      let client = try Client(port: server.port)
      try client.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
      try await detached.wait()
      #expect(server.connectionCount == 1)
      try taken.withLock { owner in
        try owner?.sendUnsent()
        owner = nil
      }
      #expect(try client.head().status == 200)
      #expect(try client.chunk() == [UInt8]("hello".utf8))
      #expect(try client.readToEnd() == [])
      #expect(server.connectionCount == 0)
      // The number of the descriptor is free for these, while the handler still runs.
      for _ in 0..<4 { #expect(try Client(port: server.port).get("/hello").status == 200) }
      leave.fire()
      try await eventually { server.connectionCount == 0 }
      await server.stop(patience: .seconds(60))
    }
  }
}
