import EventLoop
import HTTPServer
import ServerSentEvents
import TestSupport
import Testing

@Suite("A state that is taken back")
struct WithdrawTests {
  @Test("a state that is taken back is sent to nobody who comes later")
  func newcomer() async throws {
    let audience = try Audience(loops: 1)
    try await withAudience(audience) { port in
      let first = try Client.joined(port)
      audience.update("tally") { try! Event("1") }
      _ = try first.event { $0.data == "1" }
      audience.withdraw("tally")
      await audience.settle()
      let second = try Client.joined(port)
      audience.send(try Event("new"))
      #expect(try second.events(1).map(\.data) == ["new"])
      #expect(try first.events(1).map(\.data) == ["new"])
    }
  }

  @Test("a state that is taken back before anybody came is sent to nobody")
  func nobody() async throws {
    let audience = try Audience(loops: 1)
    audience.update("tally") { try! Event("1") }
    audience.withdraw("tally")
    try await withAudience(audience) { port in
      let client = try Client.joined(port)
      audience.send(try Event("new"))
      #expect(try client.events(1).map(\.data) == ["new"])
    }
  }

  @Test("what waits to go out of a state is taken back with it")
  func waiting() async throws {
    let clock = ManualClock()
    let audience = try Audience(loops: 1, clock: .manual(clock))
    try await withAudience(audience) { port in
      let client = try Client.joined(port)
      for number in 1...2 { audience.update("tally") { try! Event("\(number)") } }
      #expect(try client.events(1).map(\.data) == ["1"])
      audience.withdraw("tally")
      clock.advance(by: audience.limits.updateInterval)
      await audience.settle()
      audience.update("tally") { try! Event("3") }
      #expect(try client.events(1).map(\.data) == ["3"])
    }
  }
}

@Suite("Groups of an audience")
struct GroupTests {
  @Test("subscribers of a group are counted apart, as long as they are there")
  func counts() async throws {
    let audience = try Audience(
      on: EventLoop.start(count: 1), presenceEvent: "presence", groups: ["phones", "others"])
    try await withAudience(audience) { port in
      let screen = try Client.joined(port)
      #expect(audience.count(of: "phones") == 0)
      var phone: Client? = try Client.stream(port, "/stream?as=phones")
      _ = try screen.event { $0.data == #"{"connected":2,"phones":1,"others":0}"# }
      #expect(audience.count(of: "phones") == 1 && audience.count(of: "nobody") == 0)
      _ = phone
      phone = nil
      _ = try screen.event { $0.data == #"{"connected":1,"phones":0,"others":0}"# }
    }
  }
}
