import EventLoop
import TestSupport
import Testing

@testable import ShowOfHands

@Suite("Desks that come and go")
struct DeskPairingTests {
  private func code(_ reply: Reply) throws -> Substring {
    let match = try #require(
      reply.text.firstMatch(
        of:
          /"address":"http[^"]*\/desk#(pair-[a-z0-9]+)","image":"data:image\/svg\+xml;base64,[A-Za-z0-9+\/=]+","expires":\d+/
      ))
    return match.1
  }

  @Test("a phone is let in by an address that works once")
  func pair() async throws {
    try await withService("--public-url", "http://vote.example/poll") { service in
      let reply = try service.script().post("pair")
      #expect(reply.text.contains(#""pair":{"address":"http://vote.example/poll/desk#pair-"#))
      let code = try code(reply)
      let phone = try service.visitor().post("session", "key=\(code)")
      #expect(phone.status == 200)
      let cookie = try #require(phone.deskCookie)
      let desk = DeskVisitor(
        client: try service.client(), fields: "Cookie: \(cookie)\r\n\(DeskVisitor.ownOrigin)")
      #expect(try desk.post("close").status == 200)
      let again = try service.visitor().post("session", "key=\(code)")
      #expect(again.status == 401)
      #expect(again.cookies.isEmpty)
      // It is no key.
      let second = try self.code(try service.script().post("pair"))
      let bearer = DeskVisitor(
        client: try service.client(), fields: "Authorization: Bearer \(second)\r\n")
      #expect(try bearer.get().status == 401)
    }
  }

  @Test("a code is good for two minutes, and only so many wait")
  func time() {
    let clock = ManualClock()
    let pairings = Pairings(clock: .manual(clock))
    let first = pairings.make()
    clock.advance(by: .seconds(119))
    let second = pairings.make()
    #expect(pairings.redeem(first.uppercased().replacing("PAIR", with: "pair")))
    #expect(!pairings.redeem(first))
    clock.advance(by: .seconds(119))
    #expect(pairings.redeem(second))
    let third = pairings.make()
    clock.advance(by: .seconds(120))
    #expect(!pairings.redeem(third))
    let codes = (0...Pairings.max).map { _ in pairings.make() }
    #expect(!pairings.redeem(codes[0]))
    #expect(pairings.redeem(codes[1]))
    pairings.removeAll()
    #expect(!pairings.redeem(codes[2]))
    #expect(!pairings.redeem("pair-"))
    #expect(!pairings.redeem(""))
  }

  @Test("a new key puts every other desk out at once, its stream too")
  func revoke() async throws {
    try await withService { service in
      let (mine, other) = (try service.browser(), try service.browser())
      let script = try service.script()
      let waiting = try code(try script.post("pair"))
      let stream = DeskVisitor(client: try service.client(), fields: other.fields)
      try stream.client.send("GET /desk/stream HTTP/1.1\r\nHost: test\r\n\(stream.fields)\r\n")
      #expect(try stream.client.head().status == 200)
      _ = try stream.client.events()
      let old = service.key
      let reply = try mine.post("revoke")
      #expect(reply.status == 200)
      #expect(service.key != old)
      #expect(reply.text.hasSuffix(#","key":"\#(service.key)"}"#))
      let cookie = try #require(reply.deskCookie)
      while case let chunk = try stream.client.chunk(), !chunk.isEmpty {}
      #expect(try other.post("close").status == 401)
      #expect(try mine.get().status == 401)
      #expect(try script.get().status == 401)
      #expect(try service.visitor().post("session", "key=\(waiting)").status == 401)
      let kept = DeskVisitor(
        client: try service.client(), fields: "Cookie: \(cookie)\r\n\(DeskVisitor.ownOrigin)")
      #expect(try kept.post("close").status == 200)
      #expect(try service.script().post("open").status == 200)
      try kept.client.send("GET /desk/stream HTTP/1.1\r\nHost: test\r\n\(kept.fields)\r\n")
      _ = try kept.client.head()
      #expect(try kept.client.event { $0.name == "state" }.data.contains(#""version":"#))
    }
  }

  @Test("a key of the host's own is not replaced here")
  func fixed() async throws {
    try await withService("--presenter-key", "0123456789abcdef") { service in
      let reply = try service.script().post("revoke")
      #expect(reply.status == 409)
      #expect(reply.text.contains(#""code":"fixed-key","state":{"#))
      #expect(try service.script().get().status == 200)
    }
  }
}
