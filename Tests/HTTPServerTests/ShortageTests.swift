import EventLoop
import HTTPServer
import Synchronization
import TestSupport
import Testing

@Suite("Shortages", .timeLimit(.minutes(5)))
struct ShortageTests {
  private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    var log: Log { Log { line in self.lines.withLock { $0.append(line) } } }
  }

  private static func application(_ log: Log = .silent) -> Application {
    var app = Application()
    app.log = log
    app.get("/hello") { _, response in response.send("hello") }
    app.post("/echo") { request, response in response.send(request.body, as: .bytes) }
    app.get("/large") { _, response in
      response.send([UInt8](repeating: 0, count: 1 << 20), as: .bytes)
    }
    return app
  }

  // MARK: Connections

  @Test("when connections are short the longest idle go first, and one line says so")
  func longestIdleGoFirst() async throws {
    let (clock, lines) = (ManualClock(), Lines())
    let (arrived, leave) = (Signal(), Signal())
    var app = Self.application(lines.log)
    app.get("/wait") { _, response in
      arrived.fire()
      try await leave.wait()
      response.send("waited")
    }
    var limits = Limits()
    limits.maxConnections = 32
    try await withRunningServer(app, limits: limits, loops: 1, clock: .manual(clock)) { server in
      // One is busy for the whole time, however old it is.
      let busy = try Client(port: server.port)
      try busy.send("GET /wait HTTP/1.1\r\nHost: test\r\n\r\n")
      try await arrived.wait()
      var idle: [Client] = []
      for _ in 0..<29 {
        idle.append(try Client(port: server.port))
        #expect(try idle.last?.get("/hello").status == 200)
        clock.advance(by: .milliseconds(100))
      }
      #expect(server.connectionCount == 30)
      clock.advance(by: .seconds(1))
      // Each of them is served, and the oldest of the others goes for it.
      var newcomers: [Client] = []
      for number in 0..<20 {
        newcomers.append(try Client(port: server.port))
        #expect(try newcomers[number].get("/hello").status == 200)
        #expect(try idle[number].readToEnd() == [])
      }
      for client in idle[20...] + newcomers { #expect(try client.get("/hello").status == 200) }
      leave.fire()
      #expect(try busy.reply().text == "waited")
      let statistics = await server.statistics
      #expect(statistics.rejected == 0)
      #expect(statistics.reclaimed == 20)
      #expect(lines.all.count == 1)
      #expect(lines.all.first?.hasPrefix("connections are short: ") == true)
      (idle, newcomers) = ([], [])
      try await eventually {
        clock.advance(by: .seconds(1))
        return lines.all.count == 2
      }
      #expect(lines.all[1].hasPrefix("connections are no longer short: "))
    }
  }

  @Test("a connection that was idle for a moment only is left alone")
  func youngIdleStay() async throws {
    let clock = ManualClock()
    var limits = Limits()
    limits.maxConnections = 4
    try await withRunningServer(
      Self.application(), limits: limits, loops: 1, clock: .manual(clock)
    ) { server in
      let clients = try (0..<4).map { _ in try Client(port: server.port) }
      for client in clients { #expect(try client.get("/hello").status == 200) }
      #expect(try Client(port: server.port).reply().status == 503)
      for client in clients { #expect(try client.get("/hello").status == 200) }
      let statistics = await server.statistics
      #expect(statistics.rejected == 1 && statistics.reclaimed == 0)
    }
  }

  @Test("clients that never finish their requests keep no slot from newcomers")
  func unfinishedRequests() async throws {
    let clock = ManualClock()
    var limits = Limits()
    limits.maxConnections = 4
    try await withRunningServer(
      Self.application(), limits: limits, loops: 1, clock: .manual(clock)
    ) { server in
      let starts = [
        "GET /hello HTTP/1.1\r\nHost: te",
        "POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\n",
      ]
      let slow = try (0..<4).map { number in
        let client = try Client(port: server.port)
        try client.send(starts[number % 2])
        return client
      }
      try await eventually { await server.statistics.idle == 0 }
      #expect(try Client(port: server.port).reply().status == 503)
      try await eventually {
        clock.advance(by: limits.minIdleTime)
        return await server.statistics.reclaimed > 0
          || (try? Client(port: server.port).get("/hello").status) == 200
      }
      #expect(try Client(port: server.port).get("/hello").status == 200)
      withExtendedLifetime(slow) {}
    }
  }

  @Test("the statistics know what became of every connection")
  func statistics() async throws {
    try await withRunningServer(Self.application()) { server in
      #expect(await server.statistics.open == 0)
      let clients = try (0..<3).map { _ in try Client(port: server.port) }
      for client in clients { #expect(try client.get("/hello").status == 200) }
      try clients[0].send("GET /hello HTTP/1.1\r\nA: " + String(repeating: "x", count: 10_000))
      try await eventually { await server.statistics.idle == 2 }
      let statistics = await server.statistics
      #expect(statistics.open == 3 && statistics.accepted == 3)
      #expect(statistics.max == Limits().maxConnections)
      #expect(statistics.rejected == 0 && statistics.timedOut == 0 && statistics.reclaimed == 0)
      #expect(statistics.heldBytes > 0)
    }
  }

  // MARK: Memory

  @Test("requests under way past the budget are told 503, and small ones are served meanwhile")
  func memoryOfRequests() async throws {
    var limits = Limits()
    limits.maxHeldBytes = 1 << 20
    try await withRunningServer(Self.application(), limits: limits, loops: 1) { server in
      let part = [UInt8](repeating: 0, count: 60_000)
      let greedy = try (0..<40).map { _ in
        let client = try Client(port: server.port)
        try client.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 65536\r\n\r\n")
        try client.send(part)
        return client
      }
      try await eventually { await server.statistics.outOfMemory >= 20 }
      #expect(await server.statistics.heldBytes <= 2 << 20)
      for _ in 0..<20 {
        let client = try Client(port: server.port)
        #expect(try client.get("/hello").text == "hello")
        try client.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\n\r\n")
        try client.send([UInt8](repeating: 1, count: 1000))
        #expect(try client.reply().status == 200)
      }
      let refused = try greedy.filter { $0.hears(withinMilliseconds: 0) }.map { try $0.reply() }
      #expect(refused.count >= 20)
      #expect(refused.allSatisfy { $0.status == 503 && $0["retry-after"] == "5" })
    }
  }

  @Test("responses that are not taken count, and past the budget their clients are cut off")
  func memoryOfResponses() async throws {
    var limits = Limits()
    limits.maxHeldBytes = 4 << 20
    try await withRunningServer(Self.application(), limits: limits, loops: 1) { server in
      let clients = try (0..<20).map { _ in try Client(port: server.port, takesLittle: true) }
      for client in clients {
        for _ in 0..<10 { try client.send("GET /large HTTP/1.1\r\nHost: test\r\n\r\n") }
      }
      try await eventually { await server.statistics.outOfMemory > 0 }
      #expect(await server.statistics.heldBytes <= 6 << 20)
      #expect(try Client(port: server.port).get("/hello").text == "hello")
      withExtendedLifetime(clients) {}
    }
  }

  @Test("what was held is free again when its clients are gone")
  func memoryComesBack() async throws {
    try await withRunningServer(Self.application(), loops: 1) { server in
      var clients = try (0..<50).map { _ in
        let client = try Client(port: server.port)
        try client.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: 65536\r\n\r\n")
        try client.send([UInt8](repeating: 0, count: 60_000))
        return client
      }
      try await eventually { await server.statistics.heldBytes > 0 }
      #expect(clients.count == 50)
      clients = []
      try await eventually { await server.statistics.open == 0 }
      #expect(await server.statistics.heldBytes == 0)
      #expect(try Client(port: server.port).get("/hello").text == "hello")
    }
  }
}
