import EventLoop
import HTTPServer
import TestSupport
import Testing

@Suite("Requests refused before they are routed", .timeLimit(.minutes(5)))
struct RefusalTests {
  private static func application() -> Application {
    var app = Application()
    app.log = .silent
    app.fields = ["X-Site": "1"]
    app.get("/") { _, response in response.send("hello") }
    app.onError { error, request, response in
      if request.fields["Accept"] == "text/html" {
        response.send("<p>\(error.message)</p>", as: .html)
      } else {
        try response.json(["error": error.message])
      }
    }
    return app
  }

  private static let cookie = "Cookie: " + String(repeating: "x", count: 20_000) + "\r\n"

  @Test("a browser with too large a cookie gets the application's error page")
  func errorPageForLargeCookie() async throws {
    try await withServer(Self.application()) { port in
      let browser = try Client(port: port)
      try browser.send(
        "GET / HTTP/1.1\r\nHost: test\r\nAccept: text/html\r\n\(Self.cookie)\r\n")
      let reply = try browser.reply()
      #expect(reply.status == 431)
      #expect(reply.text == "<p>Send fewer and shorter header fields and cookies.</p>")
      #expect(reply["content-type"] == "text/html; charset=utf-8")
      #expect(reply["x-site"] == "1")
      #expect(reply["connection"] == "close")
      #expect(try browser.readToEnd() == [])
      // What comes behind what was refused counts too, where it has arrived.
      for start in ["GET /%FF HTTP/1.1", "GET / HTTP/1.1\r\nno field", "GET / HTTP/3.0"] {
        let browser = try Client(port: port)
        try browser.send("\(start)\r\nHost: test\r\nAccept: text/html\r\n\r\n")
        #expect(try browser.reply()["content-type"] == "text/html; charset=utf-8")
      }
      let crowded = try Client(port: port)
      let many = String(repeating: "A: b\r\n", count: 200)
      try crowded.send("GET / HTTP/1.1\r\nHost: test\r\n\(many)Accept: text/html\r\n\r\n")
      #expect(try crowded.reply()["content-type"] == "text/html; charset=utf-8")
      let script = try Client(port: port)
      try script.send("GET / HTTP/1.1\r\nHost: test\r\n\(Self.cookie)\r\n")
      #expect(try script.reply()["content-type"] == "application/json")
    }
  }

  @Test(
    "a HEAD that is refused has the fields of an error and no body, however little of it is read",
    arguments: [
      ("HEAD / HTTP/1.1\r\n\r\n", 400),
      ("HEAD / HTTP/1.1\r\nHost: test\r\n\(cookie)\r\n", 431),
      ("HEAD / HTTP/1.1\r\nHost: test\r\nno field\r\n\r\n", 400),
      ("HEAD / HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\n\r\n", 413),
      ("HEAD / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\nx", 400),
      ("HEAD / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
      ("HEAD / HTTP/1.1\r\nHost: test\r\nExpect: a miracle\r\n\r\n", 417),
      ("HEAD / HTTP/3.0\r\n\r\n", 505),
      ("HEAD nowhere HTTP/1.1\r\n\r\n", 400),
      ("HEAD /\(String(repeating: "x", count: 9000)) HTTP/1.1\r\n\r\n", 414),
      ("\r\nHEAD /%FF HTTP/1.1\r\nHost: test\r\n\r\n", 400),
    ])
  func headHasNoBody(wire: String, status: Int) async throws {
    try await withServer(Self.application()) { port in
      let client = try Client(port: port)
      try client.send(wire)
      let reply = try client.reply(toHead: true)
      #expect(reply.status == status)
      #expect(reply["content-length"].flatMap { Int($0) } ?? 0 > 0)
      #expect(try client.readToEnd() == [])
    }
  }

  @Test("a HEAD that takes too long has the fields of the timeout and no body")
  func slowHeadHasNoBody() async throws {
    let clock = ManualClock()
    try await withServer(Self.application(), clock: .manual(clock)) { port in
      for wire in ["HEAD / HT", "HEAD / HTTP/1.1\r\nHost: te"] {
        let client = try Client(port: port)
        try client.send(wire)
        while !client.hears(withinMilliseconds: 5) { clock.advance(by: .seconds(1)) }
        #expect(try client.reply(toHead: true).status == 408)
        #expect(try client.readToEnd() == [])
      }
    }
  }
}
