import Foundation
import HTTPServer
import Synchronization
import TestSupport
import Testing

@testable import ShowOfHands

@Suite("The request log")
struct RequestLogTests {
  private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    var log: Log { Log { line in self.lines.withLock { $0.append(line) } } }
  }

  @Test("the request log has a line for every request, with its time, and never a query")
  func lines() async throws {
    let lines = Lines()
    var app = Application()
    app.log = .silent
    app.onResponse(requestLog(lines.log) { Date(timeIntervalSince1970: 1_764_123_663.25) })
    app.get("/vote") { _, response in response.send("counted") }
    app.get("/broken") { _, _ in throw CocoaError(.fileReadUnknown) }
    for target in ["/vote?yes=true", "/a%0Ab?c", "/broken?yes=true"] {
      _ = await app.respond(to: Request(.get, target))
    }
    _ = await app.respond(to: Request(.post, "/vote?yes=true"))
    let expected = ["GET /vote 200", "GET /a%0Ab 404", "GET /broken 500", "POST /vote 405"]
    #expect(lines.all.count == expected.count)
    for (line, words) in zip(lines.all, expected) {
      #expect(line.hasPrefix("2025-11-26T02:21:03.250Z - \(words) "), "\(line)")
      #expect(line.hasSuffix(" µs"))
    }
  }

  @Test("the request log says which address a request came from")
  func clientAddress() async throws {
    let lines = Lines()
    var app = Application()
    app.log = .silent
    app.onResponse(requestLog(lines.log))
    app.get("/") { _, response in response.send("here") }
    try await withServer(app) { port in _ = try Client(port: port).get("/") }
    #expect(lines.all.first?.contains(" 127.0.0.1 GET / 200 ") == true)
  }

  @Test(
    "the request log has what no handler sees, with a dash for what was not understood",
    arguments: [
      ("GET /vote?yes=true HTTP/3.0\r\n\r\n", "GET /vote 505"),
      ("GET /vote?yes=true\(String(repeating: "x", count: 9000))", "GET /vote 414"),
      ("VOTE /vote?yes=true HTTP/1.1\r\n\r\n", "- /vote 501"), ("yes=true\n", "- - 400"),
    ])
  func refused(wire: String, words: String) async throws {
    let lines = Lines()
    try await withService("--log", "requests", log: lines.log) { service in
      let client = try service.client()
      try client.send(wire)
      _ = try client.readToEnd()
    }
    #expect(lines.all.count { $0.contains(" 127.0.0.1 \(words) ") } == 1)
    #expect(!lines.all.contains { $0.contains("yes=true") })
  }

  @Test("a fault's line in the program's log has no query either")
  func faults() async throws {
    let lines = Lines()
    var app = Application()
    app.log = lines.log
    app.get("/broken") { _, _ in throw CocoaError(.fileReadUnknown) }
    _ = await app.respond(to: Request(.get, "/broken?yes=true"))
    #expect(lines.all.count == 1)
    #expect(lines.all[0].hasPrefix("GET /broken: "))
  }
}
