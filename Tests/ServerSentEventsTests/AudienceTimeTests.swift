import EventLoop
import HTTPServer
import ServerSentEvents
import Synchronization
import TestSupport
import Testing

@Suite("A stream in an audience")
struct AudienceTimeTests {
  private let clock = ManualClock()

  private func audience(
    _ limits: AudienceLimits = AudienceLimits(), heartbeat: Event? = nil
  ) throws -> Audience {
    try Audience(clock: .manual(clock), limits: limits, heartbeat: heartbeat)
  }

  // MARK: Heartbeats

  @Test("a subscriber is sent a comment after a silence, and again after the next")
  func comment() async throws {
    let audience = try audience()
    try await withAudience(audience) { port in
      let client = try Client.joined(port)
      for _ in 1...3 {
        await audience.settle()
        clock.advance(by: audience.limits.heartbeatInterval)
        #expect(try client.chunk() == [UInt8](":\n".utf8))
      }
    }
  }

  @Test("a subscriber is sent an event after a silence, where scripts are to hear it")
  func heartbeatEvent() async throws {
    let audience = try audience(heartbeat: Event("{}", name: "heartbeat"))
    try await withAudience(audience) { port in
      let client = try Client.joined(port)
      await audience.settle()
      clock.advance(by: audience.limits.heartbeatInterval)
      #expect(try client.events(1) == [ReceivedEvent("{}", name: "heartbeat")])
    }
  }

  @Test("a subscriber is sent no heartbeat while there is traffic")
  func traffic() async throws {
    let limits = AudienceLimits { $0.heartbeatInterval = .seconds(15) }
    let audience = try audience(limits, heartbeat: Event("{}", name: "heartbeat"))
    try await withAudience(audience) { port in
      let client = try Client.joined(port)
      for number in 1...3 {
        await audience.settle()
        clock.advance(by: .seconds(14))
        await audience.settle()
        audience.send(try Event("\(number)"))
        #expect(try client.events(1).map(\.data) == ["\(number)"])
      }
      await audience.settle()
      clock.advance(by: .seconds(15))
      #expect(try client.events(1).map(\.name) == ["heartbeat"])
    }
  }

  // MARK: The end

  @Test("a stream is ended at its age, with a time to come back after")
  func age() async throws {
    let limits = AudienceLimits {
      $0.maxAge = .seconds(3600)
      $0.heartbeatInterval = .seconds(10_000)
      $0.retryWhenEnded = .milliseconds(7)...(.milliseconds(7))
    }
    let audience = try audience(limits)
    try await withAudience(audience) { port in
      let client = try Client.joined(port)
      await audience.settle()
      // A quarter of the time is left to chance, so that not all come back at once.
      clock.advance(by: .seconds(2699))
      await audience.settle()
      audience.send(try Event("still here"))
      #expect(try client.events(1).map(\.data) == ["still here"])
      clock.advance(by: .seconds(1802))
      #expect(try client.body() == "retry: 7\n")
      #expect(try client.readToEnd() == [])
      #expect(audience.count == 0)
    }
  }

  @Test("a subscriber that half-closes is sent the last chunk, and nothing else")
  func halfClose() async throws {
    let audience = try Audience()
    try await withAudience(audience) { port in
      let client = try Client.joined(port)
      client.finishSending()
      #expect(try client.readToEnd() == [UInt8]("0\r\n\r\n".utf8))
      #expect(audience.count == 0)
    }
  }

  @Test(
    "every stream ends with its audience, each told another time to come back; so do later ones")
  func end() async throws {
    let audience = try Audience()
    audience.update("tally") { try! Event("1") }
    try await withAudience(audience) { port in
      let clients = try (1...30).map { _ in try Client.joined(port) }
      await audience.end()
      #expect(audience.count == 0)
      var times: Set<Int> = []
      for client in try clients + [Client.stream(port)] {
        var parser = EventStreamParser()
        _ = parser.feed(try client.body().utf8)
        times.insert(try #require(parser.retryMilliseconds))
        #expect(try client.readToEnd() == [])
      }
      #expect(times.allSatisfy { (1000...6000).contains($0) })
      #expect(times.count > 15)
      audience.update("tally") { try! Event("2") }
      audience.send(try Event("nobody is there"))
    }
  }

  @Test("streams end when nobody holds their audience any more, and nothing keeps its loops")
  func lifetime() async throws {
    weak var audience: Audience?
    weak var loop: EventLoop?
    do {
      let owner = try Owner(Audience(presenceEvent: "presence"))
      let loops = try #require(owner.audience?.loops)
      (audience, loop) = (owner.audience, loops[0])
      var app = Application()
      app.use(serverSentEvents())
      app.get("/stream") { _, response in
        try response.sseSetup()
        try owner.audience?.join(response)
      }
      try await withServer(app, on: loops) { port in
        let clients = try (1...4).map { _ in try Client.stream(port) }
        for client in clients { #expect(try client.events(1).map(\.name) == ["presence"]) }
        clients[0].reset()
        try await eventually { owner.audience?.count == 3 }
        owner.audience = nil
        for client in clients.dropFirst() {
          #expect(try client.body().contains("retry: "))
          #expect(try client.readToEnd() == [])
        }
        #expect(audience == nil)
      }
    }
    // A stopped loop goes when its thread has ended, and nothing of the audience keeps it.
    try await eventually { loop == nil }
  }

  private final class Owner: Sendable {
    private let state: Mutex<Audience?>

    init(_ audience: Audience) { state = Mutex(audience) }

    var audience: Audience? {
      get { state.withLock { $0 } }
      set { state.withLock { $0 = newValue } }
    }
  }

  @Test("a subscriber hears a last event at its end, and so does one that comes later")
  func lastEvent() async throws {
    let audience = try Audience()
    try await withAudience(audience) { port in
      let client = try Client.joined(port)
      await audience.end(try Event("{}", name: "goodbye"))
      let late = try Client.stream(port)
      for client in [client, late] {
        #expect(ReceivedEvent.parse(try client.body()) == [ReceivedEvent("{}", name: "goodbye")])
      }
    }
  }

  @Test("a stream is ended however it comes while the audience ends")
  func joiningWhileEnding() async throws {
    for _ in 1...20 {
      let audience = try Audience()
      try await withAudience(audience) { port in
        let clients = try (1...4).map { _ in
          let client = try Client(port: port)
          try client.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
          return client
        }
        await audience.end()
        for client in clients {
          #expect(try client.head().status == 200)
          #expect(try client.body().contains("retry: "))
          #expect(try client.readToEnd() == [])
        }
        #expect(audience.count == 0)
      }
    }
  }
}
