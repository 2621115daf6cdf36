import HTTPServer
import ServerSentEvents
import TestSupport
import Testing

@Suite("A sequence as a stream")
struct SequenceTests {
  @Test("a sequence's values are sent as they come, and a farewell ends the stream")
  func values() async throws {
    var app = Application()
    app.use(serverSentEvents())
    app.get("/stream") { _, response in
      try response.sseSetup()
      let (numbers, continuation) = AsyncStream.makeStream(of: Int.self)
      for number in 1...3 { continuation.yield(number) }
      continuation.finish()
      try await response.sseSend(numbers.map { ["n": $0] }, event: "number")
      try await response.sseEnd(Event("bye", name: "end"), retry: .seconds(7))
    }
    try await withServer(app) { port in
      let client = try Client(port: port)
      let reply = try client.get("/stream")
      #expect(
        ReceivedEvent.parse(reply.text)
          == (1...3).map { ReceivedEvent(#"{"n":\#($0)}"#, name: "number") }
          + [ReceivedEvent("bye", name: "end")])
      #expect(reply.text.hasSuffix("\n\nretry: 7000\nevent: end\ndata: bye\n\n"))
      // The connection is for the next request.
      #expect(try client.get("/stream").status == 200)
    }
  }

  @Test("events of a sequence are sent as they are")
  func events() async throws {
    var app = Application()
    app.use(serverSentEvents())
    app.get("/stream") { _, response in
      try response.sseSetup()
      try await response.sseSend(
        AsyncStream { continuation in
          continuation.yield(try! Event("a", name: "x", id: "1"))
          continuation.finish()
        })
      try await response.sseEnd()
    }
    try await withServer(app) { port in
      let reply = try Client(port: port).get("/stream")
      #expect(ReceivedEvent.parse(reply.text) == [ReceivedEvent("a", name: "x", id: "1")])
    }
  }

  @Test("a sequence ends for a client that has left")
  func leaves() async throws {
    let ended = Signal()
    var app = Application()
    app.use(serverSentEvents())
    app.get("/stream") { _, response in
      defer { ended.fire() }
      try response.sseSetup()
      let (numbers, continuation) = AsyncStream.makeStream(of: Int.self)
      continuation.yield(1)
      try await response.sseSend(numbers)
    }
    try await withServer(app) { port in
      var client: Client? = try Client.stream(port)
      #expect(try client?.events(1).map(\.data) == ["1"])
      client = nil
      try await ended.wait()
    }
  }

  @Test("nothing is ended that has not begun")
  func notSetUp() async throws {
    var app = Application()
    app.use(serverSentEvents())
    app.get("/stream") { _, response in
      await #expect(throws: ServerSentEventsError.notSetUp) { try await response.sseEnd() }
      response.send("fine")
    }
    try await withServer(app) { port in
      let reply = try Client(port: port).get("/stream")
      #expect(reply.text == "fine")
    }
  }
}
