import EventLoop
import HTTPServer
import ServerSentEvents
import Synchronization
import TestSupport
import Testing

/// Everyone subscribes at `/events` and is told an id; what is posted goes to all. Pages of other
/// sites may take part.
private func hubApplication(on loops: [EventLoop]) -> Application {
  let subscribers = Audience(on: loops)
  let lastID = Mutex(0)
  var app = Application()
  app.use(crossOrigin(allowing: .any))
  app.use(serverSentEvents())

  app.get("/events") { _, response in
    let id = lastID.withLock {
      $0 += 1
      return $0
    }
    try response.sseSetup()
    try subscribers.join(response, first: try Event(json: ["id": id]))
  }
  app.post("/send-event") { request, response in
    let data =
      request.mediaType == "application/json"
      ? try request.json(as: [String: String].self)
      : Dictionary(try request.form().items.map { ($0.name, $0.value) }) { $1 }
    subscribers.send(try Event(json: data))
    try response.json(["success": true])
  }
  return app
}

@Suite("A hub")
struct HubTests {
  @Test(
    "a hub tells every subscriber its own id, and all of them what is posted, in JSON or as a form")
  func posts() async throws {
    let loops = try EventLoop.start(count: 2)
    try await withServer(hubApplication(on: loops), on: loops) { port in
      let subscribers = try (1...3).map { _ in try Client.stream(port, "/events") }
      for (index, subscriber) in subscribers.enumerated() {
        #expect(try subscriber.events(1) == [ReceivedEvent(#"{"id":\#(index + 1)}"#)])
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
          #expect(try subscriber.events(1) == [ReceivedEvent(#"{"from":"1","text":"hi, all"}"#)])
        }
      }
    }
  }

  @Test("a hub is open to pages of other sites, and says what it does not take")
  func elsewhere() async throws {
    let loops = try EventLoop.start(count: 2)
    try await withServer(hubApplication(on: loops), on: loops) { port in
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
