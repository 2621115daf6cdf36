import EventLoop
import HTTPServer
import ServerSentEvents
import TestSupport
import Testing

/// What other people's clients read of a stream is what was sent: no event is empty that was not, none
/// garbled, none missing.
@Suite("Public clients of event streams", .serialized, .timeLimit(.minutes(5)))
struct StreamClientTests {
  @Test(
    "all public clients of event streams are here",
    .enabled(if: StreamClient.absences.isEmpty, Comment(rawValue: StreamClient.absences)))
  func allHere() {}

  @Test(
    "public clients read lines, ids, names, an empty text, any letter and much text",
    arguments: StreamClient.tried)
  func texts(_ client: StreamClient) async throws {
    let events = [
      try Event("two\nlines\r\nand\rmore", name: "named", id: "a-1"),
      try Event("", name: "named"),
      try Event("", id: "a-2"),
      try Event("Grüße, 日本語, e\u{301}, \u{1F600}"),
      try Event(json: [
        "text": "\"\\\u{8}\u{B}\u{C}\u{1C}\u{1D}\u{1E}\u{85}\u{2028}\u{2029}\u{FEFF}"
      ]),
      try Event(String(repeating: "日本語\u{1F600}", count: 5000)),
      try Event("end"),
    ]
    try await expect(client, toRead: events)
  }

  @Test(
    "public clients that go by the standard read every text to the letter",
    arguments: StreamClient.tried.filter(\.goesByTheStandard))
  func letters(_ client: StreamClient) async throws {
    let texts = [
      " lead", ":x", "a\n", "\n", "\na", "\n\n", "a:b: c", "\u{85}\u{2028}\u{2029}", "\u{FEFF}",
      "end",
    ]
    try await expect(client, toRead: try texts.map { try Event($0) })
  }

  @Test(
    "public clients hear nothing of comments and of what one is told first",
    arguments: StreamClient.tried)
  func comments(_ client: StreamClient) async throws {
    let clock = ManualClock()
    let audience = try Audience(clock: .manual(clock), history: 10)
    try await withAudience(audience) { port in
      let names = ["position", "welcome", "tally"]
      let events = try await client.read(from: port, "/stream", names: names) { reading in
        try await reading.hears(/(welcome)/)
        for text in ["first", "second", "third"] {
          await audience.settle()
          clock.advance(by: audience.limits.heartbeatInterval)
          await audience.settle()
          audience.update("tally") { try! Event(text.uppercased(), name: "tally") }
          audience.send(try Event(text))
          try await reading.hears(Regex("(\(text))", as: (Substring, Substring).self))
        }
      }
      #expect(events.map(\.name).starts(with: ["position", "welcome"]))
    }
  }

  private func expect(_ client: StreamClient, toRead events: [Event]) async throws {
    var app = Application()
    app.use(serverSentEvents())
    app.get("/stream") { _, response in
      try response.sseSetup()
      for event in events { try await response.sseSend(event) }
      // Until the client leaves.
      while true { try await Task.sleep(for: .seconds(3600)) }
    }
    try await withServer(app) { port in
      let read = try await client.read(from: port, "/stream", names: ["named"]) {
        try await $0.hears(/("end".*)\n/)
      }
      #expect(read == events.map { ReceivedEvent($0) })
    }
  }
}

extension ReceivedEvent {
  /// As it has to arrive.
  fileprivate init(_ event: Event) {
    self = ReceivedEvent.parse(String(decoding: event.bytes, as: UTF8.self))[0]
  }
}
