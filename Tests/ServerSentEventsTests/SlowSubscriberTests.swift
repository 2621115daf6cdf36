import EventLoop
import HTTPServer
import ServerSentEvents
import TestSupport
import Testing

/// Subscribers that do not read what they are sent.
@Suite("A subscriber that is behind")
struct SlowSubscriberTests {
  /// More than both ends' systems keep for a client that takes little.
  private static func large(_ mark: Character) -> Event {
    try! Event("\(mark)" + String(repeating: ".", count: 512 * 1024))
  }

  private func limits(_ change: (inout AudienceLimits) -> Void = { _ in }) -> AudienceLimits {
    AudienceLimits {
      $0.maxSystemBufferBytes = 32 * 1024
      $0.updateInterval = .zero
      $0.maxUpdateInterval = .zero
      $0.presenceInterval = .zero
      change(&$0)
    }
  }

  /// Sends whoever asks for `/large` more than it takes, as its first event.
  private func large(_ audience: Audience) -> (inout Application) -> Void {
    { app in
      app.get("/large") { _, response in
        try response.sseSetup()
        try audience.join(response, first: Self.large("L"))
      }
    }
  }

  private func expectClosed(_ client: Client) {
    do {
      let events = try client.events()
      Issue.record("it was sent all of its event and \(events.count) more")
    } catch Client.Failure.closed {
    } catch {
      Issue.record("it was not closed: \(error)")
    }
  }

  @Test(
    "a subscriber that is behind delays nobody, and goes on with the newest state when it reads")
  func skips() async throws {
    let audience = try Audience(loops: 1, limits: limits())
    try await withAudience(audience, large(audience)) { port in
      let slow = try Client.stream(port, "/large", takesLittle: true)
      let quick = try Client.joined(port)
      for number in 1...100 {
        audience.update("tally") { try! Event("\(number)") }
        audience.update("round") { try! Event("r\(number)", name: "round") }
        var data = ""
        while data != "r\(number)" { data = try quick.events().last?.data ?? "" }
      }
      #expect(try slow.events(1).first?.data.first == "L")
      #expect(try slow.events(2).map(\.data) == ["100", "r100"])
      audience.send(try Event("it is up to date"))
      #expect(try slow.events(1).map(\.data) == ["it is up to date"])
    }
  }

  @Test("a subscriber that is behind gets the messages that waited, in order, and the newest state")
  func messagesWait() async throws {
    let audience = try Audience(loops: 1, limits: limits { $0.maxWaitingMessages = 5 })
    try await withAudience(audience, large(audience)) { port in
      let slow = try Client.stream(port, "/large", takesLittle: true)
      let quick = try Client.joined(port)
      for number in 1...5 {
        audience.update("tally") { try! Event("\(number)", name: "tally") }
        audience.send(try Event("m\(number)"))
        _ = try quick.event { $0.data == "m\(number)" }
      }
      #expect(try slow.events(1).first?.data.first == "L")
      #expect(try slow.events(6).map(\.data) == ["m1", "m2", "m3", "m4", "5", "m5"])
    }
  }

  @Test("a subscriber that too many messages wait for is disconnected")
  func tooManyMessages() async throws {
    let audience = try Audience(
      loops: 1,
      limits: limits { $0.maxWaitingMessages = 5 }, presenceEvent: "presence")
    try await withAudience(audience, large(audience)) { port in
      let quick = try Client.joined(port)
      let slow = try Client.stream(port, "/large", takesLittle: true)
      try quick.waitForPresence(of: 2)
      for number in 1...6 {
        audience.send(try Event("m\(number)"))
        _ = try quick.event { $0.data == "m\(number)" }
      }
      try quick.waitForPresence(of: 1)
      expectClosed(slow)
    }
  }

  @Test("where the oldest messages are dropped, a subscriber that is behind gets the newest")
  func dropOldest() async throws {
    let audience = try Audience(
      loops: 1,
      limits: limits {
        $0.maxWaitingMessages = 5
        $0.whenBehind = .dropOldest
      })
    try await withAudience(audience, large(audience)) { port in
      let slow = try Client.stream(port, "/large", takesLittle: true)
      let quick = try Client.joined(port)
      for number in 1...20 {
        audience.send(try Event("m\(number)"))
        _ = try quick.event { $0.data == "m\(number)" }
      }
      let statistics = await audience.statistics.values.first
      #expect(statistics?.waiting == 5)
      #expect(statistics?.dropped == 15)
      #expect(try slow.events(1).first?.data.first == "L")
      #expect(try slow.events(5).map(\.data) == (16...20).map { "m\($0)" })
      #expect(await audience.statistics.values.first?.waiting == 0)
    }
  }

  @Test("who waits for everybody sends when the slowest has room, and loses nothing")
  func waits() async throws {
    let audience = try Audience(loops: 1, limits: limits { $0.maxWaitingMessages = 5 })
    try await withAudience(audience, large(audience)) { port in
      let slow = try Client.stream(port, "/large", takesLittle: true)
      let quick = try Client.joined(port)
      let sending = Task.detached(executorPreference: QueueExecutor()) {
        for number in 1...50 { try await audience.sendWhenReady(Event("m\(number)")) }
      }
      _ = try quick.event { $0.data == "m5" }
      try await eventually { await audience.statistics.values.first?.waiting == 5 }
      #expect(try slow.events(1).first?.data.first == "L")
      #expect(try slow.events(50).map(\.data) == (1...50).map { "m\($0)" })
      try await sending.value
      #expect(await audience.statistics.values.first?.slowDisconnects == 0)
    }
  }

  @Test("who waits for a subscriber that takes nothing goes on once that is disconnected")
  func waitsForNobody() async throws {
    let clock = ManualClock()
    let audience = try Audience(
      loops: 1, clock: .manual(clock), limits: limits { $0.maxWaitingMessages = 1 })
    try await withAudience(audience, large(audience)) { port in
      let slow = try Client.stream(port, "/large", takesLittle: true)
      let quick = try Client.joined(port)
      let sending = Task.detached(executorPreference: QueueExecutor()) {
        for number in 1...3 { try await audience.sendWhenReady(Event("m\(number)")) }
      }
      _ = try quick.event { $0.data == "m1" }
      try await eventually {
        clock.advance(by: .seconds(1))
        await audience.settle()
        return audience.count == 1
      }
      try await sending.value
      _ = try quick.event { $0.data == "m3" }
      withExtendedLifetime(slow) {}
    }
  }

  @Test("a subscriber that takes nothing for too long is disconnected")
  func deadline() async throws {
    let clock = ManualClock()
    let audience = try Audience(clock: .manual(clock), limits: limits())
    try await withAudience(audience, large(audience)) { port in
      let quick = try Client.joined(port)
      let slow = try Client.stream(port, "/large", takesLittle: true)
      await audience.settle()
      clock.advance(by: audience.limits.writeTimeout - .seconds(1))
      await audience.settle()
      #expect(audience.count == 2)
      // What its socket has taken meanwhile gives it more time.
      try await eventually {
        clock.advance(by: .seconds(1))
        await audience.settle()
        return audience.count == 1
      }
      expectClosed(slow)
      audience.send(try Event("still here"))
      #expect(try quick.events(1).map(\.data) == ["still here"])
    }
  }

  @Test("a broadcast is delivered to a slow subscriber when its socket has taken all of it")
  func delivered() async throws {
    let audience = try Audience(loops: 1, limits: limits())
    try await withAudience(audience) { port in
      let slow = try Client(port: port, takesLittle: true)
      try slow.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
      _ = try slow.head()
      #expect(try slow.events(1).map(\.name) == ["welcome"])
      let before = try #require(await audience.statistics.values.first)
      audience.send(Self.large("L"))
      audience.send(try Event("next"))
      let during = try #require(await audience.statistics.values.first)
      #expect(during.broadcasts > before.broadcasts)
      #expect(during.deliveries == before.deliveries)
      #expect((1..<512 * 1024).contains(during.bytes - before.bytes))
      #expect(try slow.events(2).last?.data == "next")
      let after = try #require(await audience.statistics.values.first)
      #expect(after.deliveries == before.deliveries + 1)
      #expect(after.bytes - before.bytes > 512 * 1024)
    }
  }

  @Test("a subscriber that is in the middle of an event when all streams end is cut off")
  func ends() async throws {
    let audience = try Audience(loops: 1, limits: limits())
    try await withAudience(audience, large(audience)) { port in
      let slow = try Client.stream(port, "/large", takesLittle: true)
      let quick = try Client.joined(port)
      await audience.end()
      expectClosed(slow)
      #expect(try quick.body().hasPrefix("retry: "))
      #expect(audience.count == 0)
    }
  }
}
