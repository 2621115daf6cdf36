import ServerSentEvents
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

@Suite("Servers that share a ledger")
struct SharedServicesTests {
  /// Reads until all of these events have come.
  private func read(_ wanted: [ReceivedEvent], from screen: Client) throws {
    var missing = wanted
    while !missing.isEmpty {
      for event in try screen.events() {
        missing.removeAll { $0.name == event.name && $0.data == event.data }
      }
    }
  }

  @Test(
    "both say the same numbers under the same id, which begins with the ledger's name and epoch")
  func ids() async throws {
    try await withSharedServices { one, other in
      let screens = [try one.screen(), try other.screen()]
      _ = try one.client().get("/vote?yes=true")
      _ = try other.client().get("/vote?yes=false")
      var ids: Set<String> = []
      for screen in screens {
        let event = try screen.event { $0.data == #"{"yes":1,"no":1}"# }
        ids.insert(event.id ?? "")
      }
      let suffix = one.ballotBox.cookieSuffix
      #expect(ids.count == 1 && ids.first?.hasPrefix("\(suffix).1-") == true)
      let newest = try other.client().get("/newest.json").text
      #expect(newest.contains(#""id":"\#(ids.first ?? "?")""#))
      #expect(newest.contains(#""resend":{"epoch":"\#(suffix).1"}"#))
      #expect(try one.client().get("/").text.contains(#" data-id="\#(suffix).1-"#))
    }
  }

  @Test("screens and phones are sums over all servers, each counted once, and go when they leave")
  func presence() async throws {
    try await withSharedServices { one, other in
      let screens = [try one.screen(), try one.screen()]
      let phone = try other.client()
      try phone.send("GET /stream?as=phone HTTP/1.1\r\nHost: test\r\n\r\n")
      _ = try phone.head()
      for service in [one, other] {
        try await eventually {
          try service.client().get("/result.json").number("connected") == 3
        }
        let state = try service.script().get()
        #expect(state.number("phones") == 1 && state.number("screens") == 2)
      }
      _ = try screens[0].event {
        $0.name == "presence" && $0.data == #"{"connected":3,"phones":1}"#
      }
      phone.finishSending()
      try await eventually { try one.client().get("/result.json").number("connected") == 2 }
      let metrics = try other.client().get("/metrics").text
      #expect(
        metrics.matches(of: /showofhands_instance_screens\{instance=".+",id=".+"\} \d/).count == 2)
      let state = try one.script().get().text
      #expect(
        state.matches(of: /"name":"[^"]+","screens":\d+,"phones":\d+,"lagMilliseconds":/).count == 2
      )
      _ = screens
    }
  }

  @Test(
    "votes that are missing: /health says so until a host confirms it, and balancers send people on"
  )
  func loss() async throws {
    let shared = SharedMemory()
    try await withSharedServices(shared) { one, other in
      let screen = try other.screen()
      for _ in 1...3 { _ = try one.client().get("/vote?yes=true") }
      shared.lose(shared.ballots(round: 1).prefix(2).map(\.voter), round: 1, noticedBy: 1)
      for service in [one, other] {
        try await eventually { try service.client().get("/health").status == 503 }
        let health = try service.client().get("/health")
        #expect(health.text.contains(#""code":"votes-missing""#) && health.text.contains(": 2."))
        #expect(try service.client().get("/ready").status == 200)
        #expect(
          try service.client().get("/metrics").text.contains("\nshowofhands_votes_missing 2\n"))
        #expect(try service.script().get().number("missingVotes") == 2)
      }
      let suffix = one.ballotBox.cookieSuffix
      let news = [
        ReceivedEvent(#"{"epoch":"\#(suffix).2"}"#, name: "resend"),
        ReceivedEvent(#"{"yes":1,"no":0}"#),
      ]
      try read(news, from: screen)
      // As a browser without scripts does.
      let host = try other.browser()
      let page = try host.get("/desk", DeskVisitor.window).text
      #expect(page.contains(#"<div id="loss" role="alert">"#))
      #expect(page.contains("Votes that were counted are missing: 2"))
      #expect(try host.post("confirmLoss", "", DeskVisitor.window).status == 303)
      for service in [one, other] {
        try await eventually { try service.client().get("/health").status == 200 }
        #expect(try service.script().get().text.contains(#""missingVotes":null"#))
      }
      #expect(try !host.get("/desk", DeskVisitor.window).text.contains(#"id="loss""#))
    }
  }

  @Test(
    "one that stops says so first, and sends its screens to the others, each after its own time")
  func stopping() async throws {
    try await withSharedServices { one, other in
      let screens = try (0..<8).map { _ in try one.screen() }
      // As it begins, and has the time that a balancer needs.
      one.running.willStop()
      #expect(try one.client().get("/ready").status == 503)
      #expect(try one.client().get("/health").text.contains(#""code":"stopping""#))
      // Who comes late is served.
      #expect(try one.client().get("/vote?yes=true").status == 200)
      await one.stop()
      let retries = try screens.map { screen in
        let text = String(decoding: try screen.readToEnd(), as: UTF8.self)
        return try #require(text.matches(of: /retry: (\d+)/).last.flatMap { Int($0.1) })
      }
      #expect(retries.allSatisfy { (100...2_000).contains($0) })
      #expect(Set(retries).count > 1)
      try await eventually { try other.tally() == "1:0" }
      try await eventually { other.audience.countEverywhere == 0 }
    }
  }

  @Test("a phone that is paired at one is let in by another, once, until the key is a new one")
  func pairing() async throws {
    try await withSharedServices { one, other in
      func code() throws -> Substring {
        let text = try one.script().post("pair").text
        return try #require(text.firstMatch(of: /#(pair-[a-z0-9]+-[a-z0-9]+)"/)).1
      }
      let first = try code()
      let phone = try other.visitor().post("session", "key=\(first)")
      #expect(phone.status == 200 && phone.deskCookie != nil)
      for service in [one, other] {
        #expect(try service.visitor().post("session", "key=\(first)").status == 401)
      }
      let (second, third) = (try code(), try code())
      #expect(try other.visitor().post("session", "key=\(second.dropLast())").status == 401)
      #expect(try other.visitor().post("session", "key=\(second)").status == 200)
      #expect(try one.script().post("revoke").status == 200)
      #expect(try one.visitor().post("session", "key=\(third)").status == 401)
    }
  }

  @Test("a store that may lose what it acknowledged is named in /health, /ready and at the desk")
  func relaxed() async throws {
    try await withSharedServices(SharedMemory(isRelaxed: true)) { one, _ in
      for path in ["/health", "/ready"] {
        let text = try one.client().get(path).text
        #expect(text == #"{"durability":"relaxed","status":"ok"}"#)
      }
      #expect(try one.script().get().text.contains(#""relaxed":true"#))
      let page = try one.browser().get("/desk", DeskVisitor.window).text
      #expect(page.contains(#"<p class="hint" >The store answers before"#))
    }
  }
}
