import Foundation
import HTTPServer
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

extension BrowserTests {
  /// The pages behind proxies: one that serves them at a path, one that holds streams back.
  @Suite("The pages behind a proxy")
  struct ProxyTests {
    let server: VotingServer

    init() async throws {
      server = try await VotingServer()
    }

    @Test("proxy: the pages work at a path of another site, also without JavaScript")
    func path() async throws {
      try await withServer(proxy(at: "/poll")) { port in
        try await Browser.run { browser in
          let site = try #require(URL(string: "http://127.0.0.1:\(port)/poll/"))
          try browser.open(site)
          try await browser.wait(for: "#state", toSay: "Connected")
          try await browser.click("button.yes")
          try await browser.wait(for: "#notice", toSay: "Counted: Yes")
          try await browser.click("footer a")
          try await browser.wait(for: "#yesCount", toSay: "1")
          let size = try browser.run("return getComputedStyle(document.body).display")
          #expect(size as? String == "flex")
          #expect(try browser.log().isEmpty)

          try browser.open(site.appending(path: "no/such/page"))
          try await browser.click("footer a")
          try await eventually {
            try browser.run("return location.pathname") as? String == "/poll/"
          }

          try browser.setScripts(areOn: false)
          try browser.open(site)
          try await browser.click("button.no")
          try await browser.wait(for: "#notice", toSay: "Counted: No")
        }
      }
    }

    @Test("proxy: while it holds the stream back, the result page asks for the numbers")
    func heldStream() async throws {
      try await withServer(proxy(at: "")) { port in
        try await Browser.run { browser in
          try browser.open(try #require(URL(string: "http://127.0.0.1:\(port)/result")))
          try await browser.wait(for: "#state", toSay: "Connected")
          _ = try server.client().get("/vote?yes=true")
          try await browser.wait(for: "#yesCount", toSay: "1")
          #expect(try browser.text(of: "#state") == "Connected, a few seconds behind")
        }
      }
    }

    @Test("proxy: where it holds streams back, the host's screen and desk work all the same")
    func heldDesk() async throws {
      try await withPages { service, browser in
        try await withServer(proxy(at: "", of: service.server.port)) { port in
          let site = try #require(URL(string: "http://127.0.0.1:\(port)/"))
          try browser.open(site.appending(path: "result"))
          try await browser.wait(for: "#state", toSay: "Connected, a few seconds behind")
          _ = try await service.ballotBox.perform(.stage(.join))
          _ = try await service.ballotBox.perform(.say("Soon."))
          try await browser.wait(for: "#say", toSay: "Soon.")
          #expect(try browser.run("return document.body.dataset.view") as? String == "join")

          try browser.open(#require(URL(string: "\(site)desk#\(service.desk.gate.key.text)")))
          try await browser.wait(for: "#state", toSay: "Connected")
          _ = try await service.ballotBox.cast(.yes)
          try await browser.wait(for: "#voted", toSay: "1")
          try await browser.pressNext("Close voting")
        }
      }
    }

    @Test("while the server has no stream left, the pages ask for the numbers, and say so")
    func full() async throws {
      let server = try await VotingServer(openFilesMax: 128)
      var streams: [Client] = []
      var isFull = false
      while !isFull {
        let client = try server.client()
        try client.send("GET /stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        _ = try client.head()
        isFull = try client.event { ["message", "full"].contains($0.name) }.name == "full"
        if !isFull { streams.append(client) }
      }
      try await Browser.run { browser in
        try browser.open(server.url("/result"))
        try await browser.wait(for: "#state", toSay: "Connected, a few seconds behind")
        let screen = try browser.currentTab()
        _ = try browser.openTab()
        try browser.open(server.url("/"))
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: "Counted: Yes")
        try browser.select(screen)
        try await browser.wait(for: "#yesCount", toSay: "1")
        #expect(try browser.text(of: "#state") == "Connected, a few seconds behind")
      }
      withExtendedLifetime(streams) {}
    }

    /// A proxy that keeps whole responses, and so never passes a stream on.
    /// - Parameter port: of what it stands in front of; `nil`: the suite's server.
    private func proxy(at path: String, of port: Int? = nil) -> Application {
      var app = Application()
      app.log = .silent
      let upstream = port ?? server.port
      app.use { request, response, _ in
        guard request.target.hasPrefix(path + "/") else { throw HTTPError(.notFound, "Not here.") }
        let target = request.target.dropFirst(path.utf8.count)
        if target.hasPrefix("/stream") || target.hasPrefix("/desk/stream") {
          while true { try await Task.sleep(for: .seconds(60)) }
        }
        let names: [FieldName] = [
          "Accept", "Content-Type", "Cookie", "Origin", "Referer", "Sec-Fetch-Mode",
          "Sec-Fetch-Site",
        ]
        var head = "\(request.method.name) \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        for name in names {
          if let value = request.fields[name] { head += "\(name): \(value)\r\n" }
        }
        // The site's name as visitors know it, which a foreign page cannot set.
        head += "X-Forwarded-Host: \(request.fields["Host"] ?? "")\r\n"
        head += "Content-Length: \(request.body.count)\r\n\r\n"
        let client = try Client(port: upstream)
        try client.send(head)
        try client.send(request.body)
        let reply = try client.reply()
        response.status = Status(reply.status, "From Upstream")
        response.send(reply.body, as: .json)
        let passed: [FieldName] = [
          "Content-Type", "Location", "Set-Cookie", "Content-Security-Policy", "Cache-Control",
        ]
        for name in passed {
          if let value = reply[name.description.lowercased()] {
            response.set(name, try FieldValue(value))
          }
        }
      }
      return app
    }
  }
}
