import Foundation
import TestSupport
import Testing

/// The examples of this package as the programs they are, read by other people's clients.
@Suite(
  "Public clients at the examples", .serialized, .timeLimit(.minutes(5)),
  .enabled(if: Program.isInstalled("swift"), "needs swift on PATH"))
struct StreamClientExampleTests {
  @Test("they read a clock", arguments: StreamClient.tried)
  func clock(_ client: StreamClient) async throws {
    try await withExample("Clock") { port in
      let times = try await client.read(from: port, "/events") {
        try await $0.hears(/((?:.+\n){3})/)
      }
      for time in times { _ = try Date(time.data, strategy: .iso8601) }
    }
  }

  @Test("they read a stream that counts to nine and ends", arguments: StreamClient.tried)
  func counter(_ client: StreamClient) async throws {
    try await withExample("CounterStream") { port in
      let numbers = try await client.read(from: port, "/stream") {
        try await $0.hears(/(num\\":9.*)\n/)
      }
      #expect(numbers.map(\.data) == (1...9).map { #"{"num":\#($0)}"# })
    }
  }

  @Test("they read the events beside a page", arguments: StreamClient.tried)
  func page(_ client: StreamClient) async throws {
    try await withExample("EventsBesidePage") { port in
      let counts = try await client.read(from: port, "/events") {
        try await $0.hears(/(count\\":3.*)\n/)
      }
      #expect(counts.prefix(3).map(\.data) == (1...3).map { #"{"count":\#($0)}"# })
    }
  }

  @Test("they read what is posted to a hub", arguments: StreamClient.tried)
  func hub(_ client: StreamClient) async throws {
    try await withExample("Hub") { port in
      let texts = ["Grüße, 日本語, \u{1F600}", "two\nlines", "", "\u{2028}", " data: x", "end"]
      let names = ["position", "gap"]
      let events = try await client.read(from: port, "/events", names: names) { reading in
        try await reading.hears(/(id\\":\d.*)\n/)
        for text in texts {
          let body = try JSONEncoder().encode(["text": text])
          let client = try Client(port: port)
          try client.send(
            """
            POST /send-event HTTP/1.1\r
            Host: test\r
            Content-Type: application/json\r
            Content-Length: \(body.count)\r
            \r

            """)
          try client.send(Array(body))
          #expect(try client.reply().status == 200)
        }
        try await reading.hears(/(\\"end\\".*)\n/)
      }
      let posts = events.suffix(texts.count).map(\.data)
      let read = try posts.map {
        try JSONDecoder().decode([String: String].self, from: Data($0.utf8))["text"]
      }
      #expect(read == texts)
    }
  }
}
