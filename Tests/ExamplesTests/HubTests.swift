import TestSupport
import Testing

@Suite("A hub", .enabled(if: Program.isInstalled("swift"), "needs swift on PATH"))
struct HubTests {
  @Test(
    "a hub tells every subscriber its own id, and all of them what is posted, in JSON or as a form")
  func posts() async throws {
    let subscribers = try await withExample("Hub") { port in
      let subscribers = try (1...3).map { _ in try Client.stream(port, "/events") }
      for (index, subscriber) in subscribers.enumerated() {
        #expect(try subscriber.messages(1).map(\.data) == [#"{"id":\#(index + 1)}"#])
      }
      let poster = try Client(port: port)
      for (type, body) in [
        ("application/json", #"{"text":"hi, all","from":"1"}"#),
        ("application/x-www-form-urlencoded", "from=1&text=hi%2C+all"),
      ] {
        let reply = try poster.post("/send-event", type: type, body)
        #expect(reply.text == #"{"success":true}"#)
        #expect(reply["access-control-allow-origin"] == "*")
        for subscriber in subscribers {
          #expect(try subscriber.messages(1).map(\.data) == [#"{"from":"1","text":"hi, all"}"#])
        }
      }
      return subscribers
    }
    // Told when to come back, and ended as a whole.
    for subscriber in subscribers { #expect(try subscriber.events() == []) }
  }

  @Test("a hub is open to pages of other sites, and says what it does not take")
  func elsewhere() async throws {
    try await withExample("Hub") { port in
      let page = try Client(port: port)
      try page.send(
        """
        OPTIONS /send-event HTTP/1.1\r
        Host: test\r
        Origin: https://elsewhere.example\r
        Access-Control-Request-Method: POST\r
        Access-Control-Request-Headers: content-type\r
        \r

        """)
      let reply = try page.reply()
      #expect(reply.status == 204)
      #expect(reply["access-control-allow-origin"] == "*")
      #expect(try page.post("/send-event", type: "application/json", "{").status == 400)
      #expect(try page.post("/send-event", type: "text/plain", "hi").status == 415)
    }
  }

  @Test("a subscriber of a hub that comes back gets what it missed")
  func comesBack() async throws {
    try await withExample("Hub") { port in
      let first = try Client.stream(port, "/events")
      #expect(try first.messages(1).map(\.data) == [#"{"id":1}"#])
      let poster = try Client(port: port)
      _ = try poster.post("/send-event", type: "application/json", #"{"text":"one"}"#)
      let id = try #require(try first.messages(1)[0].id)
      _ = try poster.post("/send-event", type: "application/json", #"{"text":"two"}"#)

      let again = try Client.stream(port, "/events", fields: "Last-Event-ID: \(id)\r\n")
      #expect(try again.messages(2).map(\.data) == [#"{"id":2}"#, #"{"text":"two"}"#])
    }
  }
}

extension Client {
  fileprivate func post(_ target: String, type: String, _ body: String) throws -> Reply {
    try send(
      """
      POST \(target) HTTP/1.1\r
      Host: test\r
      Content-Type: \(type)\r
      Content-Length: \(body.utf8.count)\r
      \r
      \(body)
      """)
    return try reply()
  }
}
