import EventLoop
import HTTPServer
import ServerSentEvents
import Synchronization
import TestSupport
import Testing

@Suite("An audience")
struct AudienceTests {
  @Test("a newcomer is sent the newest of every state, and nothing older")
  func newcomer() async throws {
    let audience = try Audience()
    audience.update("tally") { try! Event("1") }
    audience.update("tally") { try! Event("2") }
    audience.update("round") { try! Event("a", name: "round") }
    audience.send(try Event("nobody hears this"))
    try await withAudience(audience) { port in
      let client = try Client.joined(port)
      #expect(try client.events(2) == [ReceivedEvent("2"), ReceivedEvent("a", name: "round")])
      audience.send(try Event("hello"))
      #expect(try client.events(1) == [ReceivedEvent("hello")])
    }
  }

  @Test("a newcomer to others is sent the newest, too")
  func laterNewcomer() async throws {
    let audience = try Audience(loops: 1, limits: AudienceLimits { $0.updateInterval = .zero })
    try await withAudience(audience) { port in
      let first = try Client.joined(port)
      for number in 1...3 {
        audience.update("tally") { try! Event("\(number)") }
        _ = try first.event { $0.data == "\(number)" }
      }
      audience.send(try Event("over"))
      _ = try first.event { $0.data == "over" }
      let second = try Client.joined(port)
      audience.send(try Event("new"))
      #expect(try second.events(2).map(\.data) == ["3", "new"])
    }
  }

  @Test("a state that is set while nobody is there waits for nothing")
  func empty() async throws {
    let clock = ManualClock()
    let audience = try Audience(
      clock: .manual(clock), limits: AudienceLimits { $0.updateInterval = .seconds(86_400) })
    try await withAudience(audience) { port in
      let client = try Client.joined(port)
      audience.update("tally") { try! Event("1") }
      audience.update("tally") { try! Event("2") }
      #expect(try client.events(1).map(\.data) == ["1"])
      await audience.settle()
      clock.advance(by: audience.limits.maxAge * 2)
      _ = try client.body()
      // Its socket is closed once it has left.
      #expect(try client.readToEnd() == [])
      audience.update("tally") { try! Event("3") }
      #expect(try Client.joined(port).events(1).map(\.data) == ["3"])
    }
  }

  @Test("an event that nobody is there for is made when somebody comes, and once")
  func unwatched() async throws {
    let audience = try Audience()
    let made = Mutex<[String]>([])
    let update = { (channel: String, text: String) in
      audience.update(channel) {
        made.withLock { $0.append(text) }
        return try! Event(text)
      }
    }
    for number in 1...9 { update("tally", "\(number)") }
    update("round", "a")
    update("tally", "10")
    #expect(made.withLock { $0 } == [])
    try await withAudience(audience) { port in
      // On either loop.
      for _ in 1...2 {
        let received = try Client.joined(port).events(2)
        #expect(received.map(\.data) == ["a", "10"])
      }
      #expect(made.withLock { $0 } == ["a", "10"])
    }
  }

  @Test("a newcomer is sent its own event before anything else")
  func firstEvent() async throws {
    let audience = try Audience()
    audience.update("tally") { try! Event("1") }
    let configure = { (app: inout Application) in
      app.get("/own") { _, response in
        try response.sseSetup()
        try audience.join(response, first: try Event("yours"))
      }
    }
    try await withAudience(audience, configure) { port in
      let client = try Client.stream(port, "/own")
      #expect(try client.events(2).map(\.data) == ["yours", "1"])
    }
  }

  @Test(
    "a newcomer is sent the newest whatever its Last-Event-ID says",
    arguments: [
      "", "x-1", "-1", "99999999999999999999", "1; DROP", "🕊️", String(repeating: "9", count: 8000),
    ])
  func lastEventID(id: String) async throws {
    let audience = try Audience()
    audience.update("tally") { try! Event("1", id: "x-2") }
    try await withAudience(audience) { port in
      let client = try Client.joined(port, fields: "Last-Event-ID: \(id)\r\n")
      #expect(try client.events(1) == [ReceivedEvent("1", id: "x-2")])
    }
  }

  @Test("a change goes out at once after a silence, and the next one no sooner than allowed")
  func leadingEdge() async throws {
    let clock = ManualClock()
    let audience = try Audience(
      clock: .manual(clock), limits: AudienceLimits { $0.updateInterval = .seconds(5) })
    try await withAudience(audience) { port in
      let client = try Client.joined(port)
      audience.update("tally") { try! Event("1") }
      #expect(try client.events(1).map(\.data) == ["1"])
      audience.update("tally") { try! Event("2") }
      audience.update("round") { try! Event("another state") }
      audience.send(try Event("a message"))
      #expect(try client.events(2).map(\.data) == ["another state", "a message"])
      await audience.settle()
      clock.advance(by: .seconds(5))
      #expect(try client.events(1).map(\.data) == ["2"])
      await audience.settle()
      clock.advance(by: .seconds(5))
      audience.update("tally") { try! Event("3") }
      #expect(try client.events(1).map(\.data) == ["3"])
    }
  }

  @Test("of 1,000 changes within an interval the first and the last go out, on every loop")
  func coalescing() async throws {
    let clock = ManualClock()
    let audience = try Audience(clock: .manual(clock))
    try await withAudience(audience) { port in
      // Connections are dealt to the loops in turn.
      let clients = try (1...4).map { _ in try Client.joined(port) }
      for number in 1...1000 { audience.update("tally") { try! Event("\(number)") } }
      for client in clients { #expect(try client.events(1).map(\.data) == ["1"]) }
      await audience.settle()
      clock.advance(by: audience.limits.updateInterval)
      for client in clients { #expect(try client.events(1).map(\.data) == ["1000"]) }
    }
  }

  @Test("everyone is sent every message in order, however many at once")
  func messages() async throws {
    let audience = try Audience(limits: AudienceLimits { $0.maxWaitingMessages = 1000 })
    try await withAudience(audience) { port in
      let clients = try (1...4).map { _ in try Client.joined(port) }
      for number in 1...1000 { audience.send(try Event("\(number)")) }
      for client in clients {
        #expect(try client.events(1000).compactMap { Int($0.data) } == Array(1...1000))
      }
    }
  }

  @Test("statistics go on when a loop's last subscriber has left and another comes")
  func statistics() async throws {
    let audience = try Audience(loops: 1)
    try await withAudience(audience) { port in
      for count in 1...3 {
        let client = try Client.joined(port)
        audience.send(try Event("x"))
        _ = try client.events(1)
        #expect(await audience.statistics.values.map(\.subscribers) == [1])
        client.reset()
        try await eventually { audience.count == 0 }
        let statistics = await audience.statistics
        #expect(statistics.values.map(\.subscribers) == [0])
        #expect(statistics.values.map(\.deliveries) == [count])
      }
    }
  }

  @Test("one change reaches 2,000 clients")
  func many() async throws {
    let audience = try Audience()
    try await withAudience(audience) { port in
      let clients = try (1...2000).map { _ in try Client.joined(port) }
      audience.update("tally") { try! Event("everyone") }
      for client in clients { #expect(try client.events() == [ReceivedEvent("everyone")]) }
      #expect(audience.count == 2000)
    }
  }

  // MARK: Coming and going

  @Test(
    "subscribers that leave, in whatever way, are gone from the audience, and the others are told")
  func leaving() async throws {
    let audience = try Audience(
      limits: AudienceLimits { $0.presenceInterval = .zero }, presenceEvent: "presence")
    try await withAudience(audience) { port in
      let client = try Client.joined(port)
      let leave: [(inout Client?) -> Void] = [
        { $0 = nil }, { $0?.reset() }, { $0?.finishSending() },
        // It has nothing to say.
        { try? $0?.send("GET / HTTP/1.1\r\nHost: test\r\n\r\n") },
      ]
      for leave in leave {
        var other: Client? = try Client.joined(port)
        try client.waitForPresence(of: 2)
        leave(&other)
        try client.waitForPresence(of: 1)
        #expect(audience.count == 1)
      }
    }
  }

  @Test(
    "a stream too many gets 200, may be told so by an event, and comes back much later",
    arguments: [nil, try! Event("{}", name: "full")])
  func full(event: Event?) async throws {
    let audience = try Audience(
      limits: AudienceLimits { $0.maxSubscribers = 1 }, fullEvent: event)
    audience.update("tally") { try! Event("1") }
    try await withAudience(audience) { port in
      let client = try Client.joined(port)
      let refused = try Client.stream(port)
      var parser = EventStreamParser()
      let received = parser.feed(try refused.body().utf8)
      #expect(received == (event == nil ? [] : [ReceivedEvent("{}", name: "full")]))
      #expect((30_000...90_000).contains(try #require(parser.retryMilliseconds)))
      #expect(try refused.readToEnd() == [])
      #expect(try client.events(1).map(\.data) == ["1"])
      #expect(audience.count == 1)
    }
  }

  @Test("streams too many are counted, and the log is told once a minute")
  func fullLog() async throws {
    let clock = ManualClock()
    let lines = Lines()
    let audience = try Audience(
      loops: 1, clock: .manual(clock), limits: AudienceLimits { $0.maxSubscribers = 1 },
      log: lines.log)
    try await withAudience(audience) { port in
      let client = try Client.joined(port)
      for _ in 1...2 {
        for _ in 1...3 { _ = try Client.stream(port).body() }
        clock.advance(by: .seconds(60))
      }
      #expect(await audience.statistics.values.map(\.refused) == [6])
      let line = "1 event streams are open, and more are told to come back later"
      #expect(lines.all == [line, line])
      client.reset()
      try await eventually { audience.count == 0 }
      _ = try Client.joined(port)
      #expect(lines.all.count == 2)
    }
  }

  @Test("a HEAD request for a stream gets the head and joins nothing")
  func head() async throws {
    let audience = try Audience()
    try await withAudience(audience) { port in
      let client = try Client(port: port)
      for _ in 1...2 {
        try client.send("HEAD /stream HTTP/1.1\r\nHost: test\r\n\r\n")
        #expect(try client.reply(toHead: true)["content-type"] == "text/event-stream")
      }
      #expect(audience.count == 0)
    }
  }

  @Test("a stream joins once, and not at all when its peer has gone")
  func joiningAgain() async throws {
    let audience = try Audience()
    let gone = Signal()
    let configure = { (app: inout Application) in
      app.get("/twice") { _, response in
        try response.sseSetup()
        try audience.join(response, first: try Event("hello"))
        try audience.join(response, first: try Event("hello again"))
        try await response.sseSend(Event("it is not the handler's any more"))
      }
      app.get("/late") { _, response in
        try response.sseSetup()
        // Nothing ends this wait but the peer's leaving, which is what it waits for.
        try? await Signal().wait()
        try audience.join(response)
        gone.fire()
      }
    }
    try await withAudience(audience, configure) { port in
      let client = try Client.stream(port, "/twice")
      #expect(try client.events(1) == [ReceivedEvent("hello")])
      try Client.stream(port, "/late").reset()
      try await gone.wait()
      #expect(audience.count == 1)
      audience.send(try Event("x"))
      #expect(try client.events(1) == [ReceivedEvent("x")])
    }
  }

  @Test("an HTTP/1.0 subscriber is sent the same without chunks")
  func oldVersion() async throws {
    let audience = try Audience()
    audience.update("tally") { try! Event("1") }
    try await withAudience(audience) { port in
      let client = try Client(port: port)
      try client.send("GET /stream HTTP/1.0\r\n\r\n")
      #expect(try client.head()["transfer-encoding"] == nil)
      _ = try client.read(through: "data: \n\ndata: 1\n\n")
      audience.send(try Event("2"))
      audience.send(try Event("3"))
      #expect(try client.read(count: 18) == [UInt8]("data: 2\n\ndata: 3\n\n".utf8))
      await audience.end()
      #expect(try client.readToEnd().starts(with: "retry: ".utf8))
    }
  }
}
