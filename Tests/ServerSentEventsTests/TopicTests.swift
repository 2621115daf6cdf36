import EventLoop
import HTTPServer
import ServerSentEvents
import TestSupport
import Testing

@Suite("Topics of an audience")
struct TopicTests {
  @Test("a message to a topic is for those that follow it, and one to everyone for all")
  func members() async throws {
    let audience = try Audience()
    try await withAudience(audience) { port in
      let news = try Client.joined(port, "/stream?topic=news")
      let both = try Client.joined(port, "/stream?topic=news&topic=sport&topic=news")
      let none = try Client.joined(port)
      #expect(Set(audience.topics) == ["news", "sport"])
      #expect(audience.count(ofTopic: "news") == 2)
      audience.send(try Event("n"), to: "news")
      audience.send(try Event("s"), to: "sport")
      audience.send(try Event("w"), to: "weather")
      audience.send(try Event("all"))
      #expect(try news.events(2).map(\.data) == ["n", "all"])
      #expect(try both.events(3).map(\.data) == ["n", "s", "all"])
      #expect(try none.events(1).map(\.data) == ["all"])
    }
  }

  @Test("a topic is gone with its last subscriber, and one of the same name begins anew")
  func lifetime() async throws {
    let audience = try Audience(loops: 2)
    try await withAudience(audience) { port in
      for round in 1...3 {
        try visit(audience, port, round)
        try await eventually { audience.count == 0 }
        #expect(audience.topics.isEmpty)
        // Nobody hears it, and nobody will.
        audience.update("tally", to: "news") { try! Event("lost") }
      }
    }
  }

  /// Some follow a topic, set its state, and leave.
  private func visit(_ audience: Audience, _ port: Int, _ round: Int) throws {
    let clients = try (1...4).map { _ in try Client.joined(port, "/stream?topic=news") }
    #expect(audience.count(ofTopic: "news") == 4)
    audience.update("tally", to: "news") { try! Event("t\(round)") }
    for client in clients { #expect(try client.events(1).map(\.data) == ["t\(round)"]) }
    let late = try Client.stream(port, "/stream?topic=news")
    #expect(try late.events(2).map(\.data) == ["", "t\(round)"])
  }

  @Test("a topic's states are its own")
  func states() async throws {
    let audience = try Audience(loops: 1, limits: AudienceLimits { $0.updateInterval = .zero })
    try await withAudience(audience) { port in
      let first = try ["a", "b"].map { try Client.joined(port, "/stream?topic=\($0)") }
      audience.update("tally", to: "a") { try! Event("1") }
      audience.update("tally", to: "b") { try! Event("2") }
      audience.update("tally") { try! Event("3") }
      #expect(try first[0].events(2).map(\.data) == ["1", "3"])
      #expect(try first[1].events(2).map(\.data) == ["2", "3"])
      let late = try Client.stream(port, "/stream?topic=b&topic=a")
      #expect(Set(try late.events(4).map(\.data)) == ["", "1", "2", "3"])
      audience.withdraw("tally", from: "a")
      await audience.settle()
      let later = try Client.stream(port, "/stream?topic=a")
      audience.send(try Event("m"))
      #expect(try later.events(3).map(\.data) == ["", "3", "m"])
    }
  }

  @Test("one that follows several topics comes back to what it missed of each, in order and once")
  func replay() async throws {
    let audience = try Audience(history: 3)
    try await withAudience(audience) { port in
      let client = try Client.stream(port, "/stream?topic=a&topic=b")
      let id = try #require(try client.events(2)[0].id)
      let others = try Client.stream(port, "/stream?topic=c")
      _ = try others.events(2)
      for number in 1...3 {
        audience.send(try Event("a\(number)"), to: "a")
        audience.send(try Event("c\(number)"), to: "c")
        audience.send(try Event("b\(number)"), to: "b")
        audience.send(try Event("\(number)"))
      }
      let expected = (1...3).flatMap { ["a\($0)", "b\($0)", "\($0)"] }
      #expect(try client.events(9).map(\.data) == expected)
      let fields = "Last-Event-ID: \(id)\r\n"
      let again = try Client.stream(port, "/stream?topic=a&topic=b", fields: fields)
      #expect(try again.events(10).map(\.data) == [""] + expected)
      // Of one topic more is gone than it has heard of.
      audience.send(try Event("b4"), to: "b")
      let late = try Client.stream(port, "/stream?topic=a&topic=b", fields: fields)
      #expect(try late.events(1).map(\.name) == ["gap"])
      withExtendedLifetime(others) {}
    }
  }

  @Test("a topic with a history is kept for a while after its last subscriber has left")
  func linger() async throws {
    let clock = ManualClock()
    let audience = try Audience(loops: 1, clock: .manual(clock), history: 10)
    try await withAudience(audience) { port in
      var client: Client? = try Client.stream(port, "/stream?topic=news")
      let id = try #require(try client?.events(2)[0].id)
      client = nil
      try await eventually { audience.count == 0 }
      audience.send(try Event("missed"), to: "news")
      await audience.settle()
      clock.advance(by: audience.limits.topicLinger / 2)
      let fields = "Last-Event-ID: \(id)\r\n"
      client = try Client.stream(port, "/stream?topic=news", fields: fields)
      #expect(try client?.events(2).map(\.data) == ["", "missed"])
      // It has been followed meanwhile.
      clock.advance(by: audience.limits.topicLinger)
      await audience.settle()
      #expect(audience.topics == ["news"])
      client = nil
      try await eventually { audience.count == 0 }
      await audience.settle()
      clock.advance(by: audience.limits.topicLinger)
      try await eventually { audience.topics.isEmpty }
      let late = try Client.stream(port, "/stream?topic=news", fields: fields)
      #expect(try late.events(1).map(\.name) == ["gap"])
    }
  }

  @Test("who asks for a topic that there is no place for is told to come back later")
  func maxTopics() async throws {
    let audience = try Audience(
      limits: AudienceLimits { $0.maxTopics = 2 }, fullEvent: try Event("full", name: "full"))
    try await withAudience(audience) { port in
      let clients = try ["a", "b"].map { try Client.joined(port, "/stream?topic=\($0)") }
      let third = try Client.stream(port, "/stream?topic=a&topic=c")
      #expect(ReceivedEvent.parse(try third.body()).map(\.name) == ["full"])
      #expect(audience.count == 2)
      #expect(audience.count(ofTopic: "a") == 1)
      _ = try Client.joined(port, "/stream?topic=b&topic=a")
      withExtendedLifetime(clients) {}
    }
  }

  @Test("a topic that is only kept makes place for one that is followed")
  func idleTopics() async throws {
    let audience = try Audience(limits: AudienceLimits { $0.maxTopics = 2 }, history: 5)
    try await withAudience(audience) { port in
      for name in ["a", "b", "c", "d"] {
        _ = try Client.stream(port, "/stream?topic=\(name)").events(2)
        try await eventually { audience.count == 0 }
        #expect(audience.topics.contains(name) && audience.topics.count <= 2)
      }
    }
  }

  @Test("a subscriber can follow so many topics, with names so long")
  func limits() throws {
    let audience = try Audience()
    defer { for loop in audience.loops { loop.stop() } }
    let many = ServerSentEventsError.tooManyTopics(max: audience.limits.maxTopicsPerSubscriber)
    #expect("\(many)" == "a subscriber can follow 16 topics at most")
    let long = ServerSentEventsError.topicTooLong(maxBytes: audience.limits.maxTopicBytes)
    #expect("\(long)" == "a topic's name can have 128 bytes at most")
  }

  @Test("a stream that asks for too many topics, or for one with too long a name, is broken off")
  func refused() async throws {
    let audience = try Audience()
    try await withAudience(audience) { port in
      let many = (1...17).map { "topic=\($0)" }.joined(separator: "&")
      let long = "topic=" + String(repeating: "x", count: 129)
      for query in [many, long] {
        let client = try Client.stream(port, "/stream?\(query)")
        #expect(throws: Client.Failure.self) { _ = try client.body() }
        #expect(audience.count == 0 && audience.topics.isEmpty)
      }
    }
  }
}
