import Foundation
import TestSupport
import Testing

extension BrowserTests {
  /// The pages behind nginx itself; without it these tests are passed over, with a word.
  @Suite("The pages behind a real proxy")
  struct RealProxyPageTests {
    private static let bare = "location / { proxy_pass http://127.0.0.1:3000/; }"
    private static let unbuffered =
      "location / { proxy_pass http://127.0.0.1:3000/; proxy_buffering off; }"

    let server: VotingServer

    init() async throws {
      try Proxy.Kind.nginx.require()
      server = try await VotingServer()
    }

    @Test(
      "real proxy: while the second of two holds the stream back, pages ask; then they follow again"
    )
    func buffering() async throws {
      // The first one obeys `X-Accel-Buffering`, and passes it on to nobody.
      let inner = try await Proxy(.nginx) { _ in .port(server.port) }
      let outer = try await Proxy(.nginx, lines: Self.bare) { _ in .port(inner.port) }
      try await Browser.run { browser in
        try browser.open(url(outer, "result"))
        try await browser.wait(for: "#state", toSay: "Connected, a few seconds behind")
        _ = try server.client().get("/vote?yes=true")
        try await browser.wait(for: "#yesCount", toSay: "1")

        try await outer.restart(Self.unbuffered, .port(inner.port))
        try await eventually { try Self.streams(through: outer) }
        // As when somebody comes back to the tab; by itself it takes up to a minute.
        _ = try browser.run("document.dispatchEvent(new Event('visibilitychange'))")
        try await eventually { try browser.text(of: "#state") == "Connected" }
        _ = try server.client().get("/vote?yes=false")
        try await browser.wait(for: "#noCount", toSay: "1")
        #expect(try browser.text(of: "#state") == "Connected")
      }
    }

    @Test("real proxy: a press while the server is away behind it is counted once when it is back")
    func away() async throws {
      let proxy = try await Proxy(.nginx) { _ in .port(server.port) }
      try await Browser.run { browser in
        try browser.open(url(proxy, ""))
        try await browser.wait(for: "#state", toSay: "Connected")
        #expect(await server.terminate() == 0)
        try await eventually { try Client(port: proxy.port).get("/health").status == 502 }
        try await browser.click("button.yes")
        try await eventually {
          try browser.run("return Object.keys(localStorage).length") as? Int ?? 0 > 0
        }
        #expect(try !browser.text(of: "#notice").hasPrefix("Counted"))
        try await server.start()
        try await browser.wait(for: "#notice", toSay: "Counted: Yes")
        try await browser.wait(for: "#state", toSay: "Connected")
        let result = try server.result()
        #expect(result.yes == 1 && result.no == 0)
      }
    }

    private func url(_ proxy: Proxy, _ target: String) throws -> URL {
      try #require(URL(string: "http://127.0.0.1:\(proxy.port)/\(target)"))
    }

    /// Whether a stream's first bytes come while it is open.
    private static func streams(through proxy: Proxy) throws -> Bool {
      let client = try Client(port: proxy.port)
      try client.send("GET /stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
      return client.hears(withinMilliseconds: 200)
    }
  }
}
