import EventLoop
import HTTPServer
import ServerSentEvents
import TestSupport
import Testing

/// Many clients deliver an event for every empty line, whatever was before it: httpx-sse,
/// sseclient, eventsource for Go.
@Suite("The blocks of a stream")
struct BlockTests {
  /// Every block that an empty line ends has data.
  private func expectData(_ body: String, sourceLocation: SourceLocation = #_sourceLocation) {
    for block in body.split(separator: "\n\n", omittingEmptySubsequences: false).dropLast() {
      let hasData = block.split(separator: "\n").contains { $0.hasPrefix("data:") }
      #expect(hasData, "\(body.debugDescription)", sourceLocation: sourceLocation)
    }
  }

  @Test("no block of a joined stream is without data, from the first byte to the last")
  func joined() async throws {
    let clock = ManualClock()
    let audience = try Audience(clock: .manual(clock))
    audience.update("tally") { try! Event("1", id: "a-1") }
    try await withAudience(audience) { port in
      let client = try Client.stream(port)
      await audience.settle()
      clock.advance(by: audience.limits.heartbeatInterval)
      await audience.settle()
      audience.update("tally") { try! Event("2", id: "a-2") }
      await audience.end()
      let body = try client.body()
      #expect(body.hasPrefix(":\nretry: "))
      #expect(body.contains("\n\n:\nid: a-2\ndata: 2\n\nretry: "))
      expectData(body)
    }
  }

  @Test("no block of a stream that ends with an event or has no place is without data")
  func ended() async throws {
    let audience = try Audience(
      limits: AudienceLimits { $0.maxSubscribers = 1 }, fullEvent: Event("{}", name: "full"))
    try await withAudience(audience) { port in
      let client = try Client.joined(port)
      let full = try Client.stream(port).body()
      #expect(full.hasSuffix("\nevent: full\ndata: {}\n\n"))
      await audience.end(try Event("{}", name: "end"))
      let end = try client.body()
      #expect(end.hasSuffix("\nevent: end\ndata: {}\n\n"))
      for body in [full, end, try Client.stream(port).body()] { expectData(body) }
    }
  }

  @Test("a handler's first event completes the block with the time to come back after")
  func handler() async throws {
    var app = Application()
    app.use(serverSentEvents())
    app.get("/stream") { _, response in
      try response.sseSetup(retry: .seconds(4))
      try await response.sseSend(["num": 1])
    }
    try await withServer(app) { port in
      let body = try Client(port: port).get("/stream").text
      #expect(body == ":\nretry: 4000\ndata: {\"num\":1}\n\n")
    }
  }
}
