import EventLoop
import HTTPServer
import ServerSentEvents
import Synchronization
import TestSupport
import Testing

@Suite("A stream in an audience")
struct AudienceTimeTests {
  // MARK: Heartbeats

  @Test("says a comment after a silence, and again after the next")
  func comment() async throws {
    let limits = AudienceLimits { $0.heartbeatInterval = .milliseconds(10) }
    try await withAudience(Audience(limits: limits)) { port in
      let client = try Client.joined(port)
      for _ in 1...3 { #expect(try client.chunk() == [UInt8](":\n\n".utf8)) }
    }
  }

  @Test("says an event after a silence, where scripts are to hear it")
  func heartbeatEvent() async throws {
    let audience = try Audience(
      limits: AudienceLimits { $0.heartbeatInterval = .milliseconds(10) },
      heartbeat: try Event("{}", name: "heartbeat"))
    try await withAudience(audience) { port in
      let client = try Client.joined(port)
      #expect(try client.events(1) == [ReceivedEvent("{}", name: "heartbeat")])
    }
  }

  @Test("says nothing more while there is traffic")
  func traffic() async throws {
    let interval = Duration.milliseconds(100)
    let audience = try Audience(
      limits: AudienceLimits { $0.heartbeatInterval = interval },
      heartbeat: try Event("{}", name: "heartbeat"))
    try await withAudience(audience) { port in
      var sent = ContinuousClock.now
      let client = try Client.joined(port)
      let start = ContinuousClock.now
      while ContinuousClock.now - start < interval * 3 {
        let before = sent
        sent = .now
        audience.send(try Event("x"))
        while case let event = try client.events(1)[0], event.name == "heartbeat" {
          // Only where this test itself was put off for so long.
          #expect(ContinuousClock.now - before >= interval)
        }
      }
    }
  }

  // MARK: The end

  @Test("is ended at its age, with a time to come back after")
  func age() async throws {
    let limits = AudienceLimits {
      $0.maxAge = .milliseconds(20)
      $0.retryWhenEnded = .milliseconds(7)...(.milliseconds(7))
    }
    let audience = try Audience(limits: limits)
    try await withAudience(audience) { port in
      let client = try Client.joined(port)
      #expect(try client.body().hasSuffix("retry: 7\n\n"))
      #expect(try client.readToEnd() == [])
      #expect(audience.count == 0)
    }
  }

  @Test("ends with the audience, each with another time to come back after; so do later ones")
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

  @Test("is ended with its audience, which nothing keeps but its owner")
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

  @Test("hears a last event at its end, and so does one that comes later")
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

  @Test("is ended however it comes while the audience ends")
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
