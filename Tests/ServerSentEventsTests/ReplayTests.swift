import EventLoop
import HTTPServer
import ServerSentEvents
import TestSupport
import Testing

@Suite("A subscriber that comes back")
struct ReplayTests {
  private func send(_ numbers: ClosedRange<Int>, to audience: Audience, topic: String? = nil) {
    for number in numbers { audience.send(try! Event("\(number)"), to: topic) }
  }

  /// Joins as a browser does that has heard this id last.
  private func join(
    _ port: Int, after id: String? = nil, _ target: String = "/stream"
  ) throws -> Client {
    let fields = id.map { "Last-Event-ID: \($0)\r\n" } ?? ""
    return try Client.stream(port, target, fields: fields)
  }

  /// What a newcomer hears first of all, which tells it where it is.
  private func position(_ client: Client) throws -> String {
    let events = try client.events(2)
    #expect(events.map(\.name) == ["position", "welcome"])
    return try #require(events[0].id)
  }

  @Test("a subscriber that comes back gets what it missed, in order and once, and then what comes")
  func missed() async throws {
    let audience = try Audience(history: 100)
    try await withAudience(audience) { port in
      let first = try join(port)
      _ = try position(first)
      send(1...10, to: audience)
      let heard = try first.events(10)
      #expect(heard.map(\.data) == (1...10).map(String.init))
      send(11...60, to: audience)

      let second = try join(port, after: heard[9].id)
      send(61...70, to: audience)
      let events = try second.events(61)
      #expect(events[0].name == "welcome")
      #expect(events.dropFirst().map(\.data) == (11...70).map(String.init))
      #expect(Set(events.compactMap(\.id)).count == 60)
    }
  }

  @Test("a subscriber that has heard no message yet knows where it was")
  func newcomer() async throws {
    let audience = try Audience(history: 100)
    try await withAudience(audience) { port in
      send(1...5, to: audience)
      let id = try position(try join(port))
      send(6...8, to: audience)
      let again = try join(port, after: id)
      #expect(try again.events(4).map(\.data) == ["", "6", "7", "8"])
    }
  }

  @Test("messages that nobody was there to hear are kept")
  func nobodyThere() async throws {
    let audience = try Audience(loops: 1, history: 100)
    try await withAudience(audience) { port in
      var client: Client? = try join(port)
      let id = try position(client!)
      client = nil
      try await eventually { audience.count == 0 }
      send(1...50, to: audience)
      let again = try join(port, after: id)
      #expect(try again.events(51).dropFirst().map(\.data) == (1...50).map(String.init))
    }
  }

  @Test("a subscriber that missed more than is kept is told so first, and gets what is there, once")
  func tooOld() async throws {
    let audience = try Audience(history: 20)
    try await withAudience(audience) { port in
      let id = try position(try join(port))
      send(1...50, to: audience)
      let again = try join(port, after: id)
      let events = try again.events(22)
      #expect(events[0].name == "gap" && events[0].data == "{}")
      #expect(events.dropFirst(2).map(\.data) == (31...50).map(String.init))

      // One that leaves in the middle of that goes on from there, and is not told again.
      let cutOff = try join(port, after: events[0].id)
      #expect(try cutOff.events(21).map(\.data) == [""] + (31...50).map(String.init))
    }
  }

  @Test(
    "an id of another life of the server, or nonsense, is said to be unknown",
    arguments: ["1", "abc-1", "-", "\u{1F600}", "0-18446744073709551616"])
  func unknown(id: String) async throws {
    let audience = try Audience(history: 20)
    try await withAudience(audience) { port in
      send(1...5, to: audience)
      let client = try join(port, after: id)
      let events = try client.events(2)
      #expect(events.map(\.name) == ["gap", "welcome"])
      send(6...6, to: audience)
      #expect(try client.events(1).map(\.data) == ["6"])
      let again = try join(port, after: events[0].id)
      #expect(try again.events(2).map(\.data) == ["", "6"])
    }
  }

  @Test("an id that has not been given yet is unknown")
  func future() async throws {
    let audience = try Audience(history: 20)
    try await withAudience(audience) { port in
      let id = try position(try join(port))
      let client = try join(port, after: id.dropLast() + "7")
      #expect(try client.events(1).map(\.name) == ["gap"])
    }
  }

  @Test("without a history an id means nothing, and messages have the sender's")
  func noHistory() async throws {
    let audience = try Audience()
    try await withAudience(audience) { port in
      let client = try join(port, after: "7")
      audience.send(try Event("a", id: "8"))
      #expect(
        try client.events(2) == [
          ReceivedEvent("", name: "welcome"), ReceivedEvent("a", id: "8"),
        ])
    }
  }

  @Test("a state has no id where messages are kept: a browser comes back with a message's")
  func states() async throws {
    let audience = try Audience(history: 5)
    try await withAudience(audience) { port in
      audience.update("tally") { try! Event("t", name: "tally", id: "mine") }
      let client = try join(port)
      let events = try client.events(3)
      #expect(events.map(\.name) == ["position", "welcome", "tally"])
      #expect(events.map { $0.id != nil } == [true, false, false])
      audience.send(try Event("a", id: "mine"))
      #expect(try client.events(1)[0].id?.hasSuffix("-1") == true)
    }
  }

  @Test("subscribers that leave and come back at any time miss nothing and hear nothing twice")
  func anyTime() async throws {
    let audience = try Audience(loops: 2, history: 100_000)
    let sender = try EventLoop.start(count: 1)[0]
    defer { sender.stop() }
    try await withAudience(audience) { port in
      var lastID: String? = try position(try join(port))
      let all = 3000
      let sending = Task(executorPreference: sender) {
        for number in 1...all {
          audience.send(try! Event("\(number)"))
          if number % 10 == 0 { await Task.yield() }
        }
      }
      var heard: [Int] = []
      var generator = SystemRandomNumberGenerator()
      while heard.last != all {
        let client = try join(port, after: lastID)
        for _ in 1...Int.random(in: 1...5, using: &generator) where heard.last != all {
          for event in try client.events() {
            guard let number = Int(event.data) else { continue }
            heard.append(number)
            lastID = event.id
          }
        }
      }
      await sending.value
      #expect(heard == Array(1...all))
    }
  }

  @Test(
    "a subscriber that takes little is given all that it missed, and what came meanwhile behind it")
  func slow() async throws {
    let audience = try Audience(
      loops: 1,
      limits: AudienceLimits {
        $0.maxSystemBufferBytes = 32 * 1024
        $0.maxHistoryBytes = 8 << 20
        $0.maxWaitingMessages = 5
      }, history: 1000)
    try await withAudience(audience) { port in
      let id = try position(try join(port))
      let text = String(repeating: ".", count: 10_000)
      for number in 1...100 { audience.send(try Event("\(number)\(text)")) }
      let slow = try Client.stream(
        port, fields: "Last-Event-ID: \(id)\r\n", takesLittle: true)
      try await eventually { await audience.statistics.values.map(\.waiting).reduce(0, +) > 20 }
      for number in 101...105 { audience.send(try Event("\(number)\(text)")) }
      let numbers = try slow.events(106).dropFirst().map { $0.data.prefix { $0 != "." } }
      #expect(numbers == (1...105).map { Substring("\($0)") })
    }
  }
}
