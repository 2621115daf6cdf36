import HTTPServer
import ServerSentEvents
import TestSupport
import Testing

@Suite("A handler that sends to its own client")
struct LeavingClientTests {
  @Test("a counter stream stops counting for a client that has left")
  func clientLeaves() async throws {
    let done = Signal()
    var app = Application()
    app.use(serverSentEvents())
    app.get("/stream") { _, response in
      defer { done.fire() }
      try response.sseSetup()
      for number in 1...9 {
        try await response.sseSend(["num": number])
        // Nobody waits this long: only its leaving ends the count.
        try await Task.sleep(for: .seconds(3600))
      }
    }
    try await withServer(app) { port in
      var client: Client? = try Client.stream(port)
      #expect(try client?.events() == [ReceivedEvent(#"{"num":1}"#)])
      client = nil
      try await done.wait()
    }
  }
}
