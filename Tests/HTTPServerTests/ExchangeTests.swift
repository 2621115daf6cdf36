import EventLoop
import Synchronization
import TestSupport
import Testing

@testable import HTTPServer

@Suite("What is told of every response", .timeLimit(.minutes(5)))
struct ExchangeTests {
  private final class Exchanges: Sendable {
    private let exchanges = Mutex<[Exchange]>([])

    func add(_ exchange: Exchange) { exchanges.withLock { $0.append(exchange) } }

    /// All of them, as a line each; a dash where nothing was understood.
    var lines: [String] {
      exchanges.withLock { $0 }.map { exchange in
        let method = exchange.method?.name ?? "-"
        return "\(method) \(exchange.encodedPath ?? "-") \(exchange.status.code)"
      }
    }

    var addresses: [String?] { exchanges.withLock { $0.map(\.clientAddress) } }
    var durations: [Duration] { exchanges.withLock { $0.map(\.duration) } }
  }

  private struct Fault: Error {}

  private func application(_ exchanges: Exchanges) -> Application {
    var app = Application()
    app.log = .silent
    app.onResponse(exchanges.add)
    app.get("/") { _, response in response.send("hello") }
    app.post("/vote", maxBodyBytes: 8) { _, response in response.send("counted") }
    app.get("/stream") { _, response in
      let stream = try response.startStream()
      try await stream.write([UInt8]("one".utf8))
    }
    app.get("/fault") { _, _ in throw Fault() }
    app.get("/broken-off") { _, response in
      _ = try response.startStream()
      throw Fault()
    }
    return app
  }

  @Test("a log is told of what handlers respond, of faults and of what is nowhere, without a query")
  func handled() async throws {
    let exchanges = Exchanges()
    try await withServer(application(exchanges)) { port in
      let client = try Client(port: port)
      for target in ["/?yes=true", "/no%20where?yes=true", "/fault", "/stream"] {
        _ = try client.get(target)
      }
      try client.send("POST /vote HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\nhi")
      _ = try client.reply()
      try client.send("GET /broken-off?yes=true HTTP/1.1\r\nHost: test\r\n\r\n")
      _ = try client.readToEnd()
    }
    #expect(
      exchanges.lines == [
        "GET / 200", "GET /no%20where 404", "GET /fault 500", "GET /stream 200", "POST /vote 200",
        "GET /broken-off 200",
      ])
    #expect(exchanges.addresses.allSatisfy { $0 == "127.0.0.1" })
  }

  private static let long = String(repeating: "x", count: 9000)

  @Test(
    "a log is told of a request that is refused, as far as that was understood, without a query",
    arguments: [
      ("GET /\(long)", "GET /\(long) 414"),
      ("GET /a?yes=true\(long)", "GET /a 414"),
      ("GET /a?yes=true HTTP/1.1\r\nHost: test\r\nCookie: \(long)\(long)", "GET /a 431"),
      ("GET /a?yes=true HTTP/3.0\r\n\r\n", "GET /a 505"),
      ("BREW /a?yes=true HTTP/1.1\r\n\r\n", "- /a 501"),
      ("HEAD /a?yes=true HTTP/1.1\r\n\r\n", "HEAD /a 400"),
      ("GET /a%FF?yes=true HTTP/1.1\r\nHost: test\r\n\r\n", "GET /a%FF 400"),
      ("GET ?yes=true HTTP/1.1\r\nHost: test\r\n\r\n", "GET - 400"),
      ("GET http://a.test/vote?yes=true HTTP/1.1\r\nno field\r\n\r\n", "GET - 400"),
      ("POST /vote?yes=true HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\n", "POST /vote 413"),
      ("GET /a?yes=true HTTP/1.1\r\nHost: test\r\nExpect: more\r\n\r\n", "GET /a 417"),
      ("\u{16}\u{3}\u{1}", "- - 400"),
      ("yes=true\n", "- - 400"),
    ])
  func refused(wire: String, line: String) async throws {
    let exchanges = Exchanges()
    try await withServer(application(exchanges)) { port in
      let client = try Client(port: port)
      try client.send(wire)
      _ = try client.readToEnd()
    }
    #expect(exchanges.lines == [line])
    #expect(exchanges.addresses == ["127.0.0.1"])
  }

  @Test("a log is told of a request that never came to its end, or found no memory")
  func unfinished() async throws {
    let (clock, exchanges) = (ManualClock(), Exchanges())
    try await withServer(application(exchanges), clock: .manual(clock)) { port in
      let client = try Client(port: port)
      try client.send("GET /vote?yes=tr")
      while !client.hears(withinMilliseconds: 5) { clock.advance(by: .seconds(1)) }
      #expect(try client.reply().status == 408)
    }
    var limits = Limits()
    limits.maxHeldBytes = 1
    limits.maxHeldBytesAlways = 16
    try await withServer(application(exchanges), limits: limits) { port in
      let client = try Client(port: port)
      try client.send("GET /vote?yes=true HTTP/1.1\r\n")
      #expect(try client.reply().status == 503)
    }
    #expect(exchanges.lines == ["GET /vote 408", "GET /vote 503"])
    #expect(exchanges.addresses == ["127.0.0.1", "127.0.0.1"])
  }

  @Test("a log is told how long a response took to make")
  func duration() async throws {
    let (clock, exchanges) = (ManualClock(), Exchanges())
    var app = application(exchanges)
    app.get("/slow") { _, response in
      clock.advance(by: .milliseconds(250))
      response.send("at last")
    }
    try await withServer(app, clock: .manual(clock)) { port in
      _ = try Client(port: port).get("/slow")
      let client = try Client(port: port)
      try client.send("GET / HTTP/3.0\r\n\r\n")
      _ = try client.reply()
    }
    #expect(exchanges.durations == [.milliseconds(250), .zero])
  }

  @Test("a log is told of a fault whose client has left as of the fault that it is")
  func abandoned() async throws {
    let (exchanges, isAsked, isGone) = (Exchanges(), Signal(), Signal())
    var app = application(exchanges)
    app.get("/wait") { _, _ in
      isAsked.fire()
      do { try await isGone.wait() } catch {
        throw HTTPError(.serviceUnavailable, "Nobody is here.")
      }
    }
    try await withServer(app) { port in
      let client = try Client(port: port)
      try client.send("GET /wait?yes=true HTTP/1.1\r\nHost: test\r\n\r\n")
      try await isAsked.wait()
      client.reset()
      try await eventually { !exchanges.lines.isEmpty }
    }
    #expect(exchanges.lines == ["GET /wait 503"])
  }

  @Test("the last to ask for it is told, also of responses made in this process")
  func inProcess() async {
    let (first, second) = (Exchanges(), Exchanges())
    var app = application(first)
    app.onResponse(second.add)
    _ = await app.respond(to: Request(.get, "/?yes=true"))
    #expect(first.lines == [] && second.lines == ["GET / 200"])
    #expect(second.addresses == [nil])
  }
}
