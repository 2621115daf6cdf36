import HTTPServer
import ServerSentEvents
import TestSupport
import Testing

@Suite("An audience")
struct AudienceTests {
  private func application(_ audience: Audience) -> Application {
    var app = Application()
    app.use(serverSentEvents())
    app.get("/stream") { _, response in
      try response.sseSetup()
      try audience.join(response)
    }
    return app
  }

  @Test("sends a newcomer the newest state at once, and everyone each message")
  func stateAndMessages() async throws {
    let audience = Audience()
    audience.update("tally") { try! Event("1") }
    try await withServer(application(audience)) { port in
      let client = try Client(port: port)
      try client.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
      #expect(try client.head().status == 200)
      #expect(try client.events().map(\.data) == ["1"])
      audience.send(try Event("hello", name: "greeting"))
      #expect(try client.events() == [ReceivedEvent(named: "greeting", data: "hello")])
    }
  }
}

extension ReceivedEvent {
  fileprivate init(named name: String, data: String) {
    self.init()
    self.name = name
    self.data = data
  }
}
