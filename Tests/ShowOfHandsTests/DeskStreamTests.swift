import TestSupport
import Testing
import Voting

@testable import ShowOfHands

@Suite("The desk's stream")
struct DeskStreamTests {
  private func stream(_ visitor: DeskVisitor) throws -> Client {
    try visitor.client.send("GET /desk/stream HTTP/1.1\r\nHost: test\r\n\(visitor.fields)\r\n")
    let head = try visitor.client.head()
    #expect(head.status == 200)
    #expect(head["access-control-allow-origin"] == nil)
    return visitor.client
  }

  @Test("every desk hears of every step, and of those who vote")
  func steps() async throws {
    try await withService { service in
      let (one, other) = (try stream(try service.script()), try stream(try service.browser()))
      let script = try service.script()
      for desk in [one, other] {
        let first = try desk.event { $0.name == "state" }
        #expect(first.data.hasPrefix(#"{"version":1,"#))
      }
      _ = try script.post("close")
      for desk in [one, other] {
        _ = try desk.event { $0.data.contains(#""phase":"closed""#) }
      }
      _ = try script.post("ask", "question=Tea%3F")
      _ = try service.client().get("/vote?yes=true")
      for desk in [one, other] {
        _ = try desk.event { $0.data.contains(#""voted":1"#) && $0.data.contains("Tea?") }
      }
    }
  }

  @Test("a desk that comes later is told how things stand and what the time is then")
  func newcomer() async throws {
    try await withService { service in
      _ = try stream(try service.script()).event { $0.name == "state" }
      _ = try service.client().get("/vote?yes=true")
      let before = BallotBox.millisecondsSince1970()
      let events = try stream(try service.script()).events()
      // Where a second has passed since the first desk came, its coming is another state.
      #expect(!events.isEmpty)
      for event in events {
        #expect(event.name == "state")
        let clock = try #require(event.data.firstMatch(of: /"now":(\d+)/))
        #expect(Int(clock.1) ?? 0 >= before)
      }
    }
  }

  @Test("the desk hears of phones that come and go")
  func presence() async throws {
    try await withService { service in
      let desk = try stream(try service.script())
      let phone = try service.client()
      try phone.send("GET /stream?as=phone HTTP/1.1\r\nHost: test\r\n\r\n")
      _ = try phone.head()
      let screen = try service.screen()
      _ = try desk.event { $0.data.contains(#""phones":1,"screens":1"#) }
      phone.reset()
      _ = try desk.event { $0.data.contains(#""phones":0,"screens":1"#) }
      _ = screen
    }
  }

  @Test("nothing of the desk reaches the public stream")
  func apart() async throws {
    try await withService("--preset", "talk") { service in
      let screen = try service.screen()
      let script = try service.script()
      _ = try script.post("prepare", "questions=Secret%3F")
      _ = try script.post("next")
      _ = try script.post("say", "text=Hello")
      var events: [ReceivedEvent] = []
      while !events.contains(where: { $0.data.contains("Hello") }) { events += try screen.events() }
      #expect(!events.contains { $0.name == "state" || $0.data.contains("Secret") })
      for target in ["/result.json", "/result.json?rounds=all", "/result", "/", "/metrics"] {
        #expect(!(try service.client().get(target).text.contains("Secret")), "\(target)")
      }
    }
  }

  @Test("so many desks follow, and one more is told to come back later")
  func limit() async throws {
    try await withService { service in
      let desks = try (0..<DeskStream.maxDesks).map { _ in try stream(try service.script()) }
      for desk in desks { _ = try desk.event { $0.name == "state" } }
      let late = try stream(try service.script())
      #expect(try late.events().map(\.name) == ["full"])
      #expect(try late.events().isEmpty)
    }
  }
}
