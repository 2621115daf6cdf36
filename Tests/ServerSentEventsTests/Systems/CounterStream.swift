import HTTPServer
import ServerSentEvents
import TestSupport
import Testing

/// Counts to nine for everyone who asks, and ends the stream; stops early for who leaves.
func counterApplication(
  interval: Duration, whenDone: @escaping @Sendable () -> Void = {}
) -> Application {
  var app = Application()
  app.use(serverSentEvents())

  app.get("/stream") { _, response in
    defer { whenDone() }
    try response.sseSetup()
    for number in 1...9 {
      try await response.sseSend(["num": number])
      // Throws as soon as the client has gone.
      try await Task.sleep(for: interval)
    }
  }
  return app
}

@Suite("A counter stream")
struct CounterStreamTests {
  @Test("a counter stream counts to nine and ends")
  func counts() async throws {
    try await withServer(counterApplication(interval: .milliseconds(1))) { port in
      let reply = try Client(port: port).get("/stream")
      #expect(
        ReceivedEvent.parse(reply.text).map(\.data) == (1...9).map { #"{"num":\#($0)}"# })
    }
  }

  @Test("a counter stream stops counting for a client that has left")
  func clientLeaves() async throws {
    let done = Signal()
    // Nobody waits this long: only its leaving ends the count.
    let app = counterApplication(interval: .seconds(3600)) { done.fire() }
    try await withServer(app) { port in
      var client: Client? = try Client(port: port)
      try client?.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
      #expect(try client?.head().status == 200)
      #expect(try client?.events() == [ReceivedEvent(#"{"num":1}"#)])
      client = nil
      try await done.wait()
    }
  }
}
