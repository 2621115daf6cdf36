import Foundation
import TestSupport
import Testing

extension BrowserTests {
  /// A real store that loses votes, or is away, as phones, the host and the hall see it.
  @Suite(
    "A store that fails, in a browser",
    .enabled(if: StoreProcess.isTried, "\(StoreProcess.absence)"))
  struct FailoverTests {
    @Test(
      "failover: a phone sends what the replica lacks, its last word, and the desk counts the rest")
    func failover() async throws {
      let store = try await StoreProcess()
      try await Relay.run(to: store.port) { relay in
        let server = try await VotingServer(store: "valkey://127.0.0.1:\(relay.port)")
        let key = try await server.deskKey()
        try await Browser.run { browser in
          let phone = try browser.currentTab()
          try browser.open(server.url("/"))
          try await browser.vote("Yes")
          let replica = try await store.replicaThatFallsBehind()
          try await browser.vote("No")
          try await browser.waitUntilKept("no")
          let receipt = try await browser.receipt()
          // Of somebody who has gone home since.
          #expect(try server.client().get("/vote?yes=true").status == 200)

          let desk = try browser.openTab()
          try browser.openDesk(at: server.url("/desk#\(key)"))
          try await browser.wait(for: "#state", toSay: "Connected")
          relay.cut()
          relay.mend(to: replica.port)
          try await browser.wait(for: "#loss", toSay: "Votes that were counted are missing: 2")
          let health = try server.client().get("/health")
          #expect(health.status == 503 && health.text.contains("missing: 2."))
          try await eventually { try server.numbers() == "0:1" }

          try browser.select(phone)
          #expect(try browser.text(of: "#notice").hasPrefix("Counted: No"))
          #expect(try await browser.receipt() == receipt)
          try browser.select(desk)
          try await browser.click("#loss button")
          try await browser.waitUntilGone("#loss")
          #expect(try server.client().get("/health").status == 200)
          #expect(try replica.ask("HGET {show}:round:1 no") == "1")
          #expect(try replica.ask("HGET {show}:round:1 yes") == "0")
        }
      }
    }

    @Test("failover: a tab that was closed before an open round was wiped brings its vote back")
    func closedTab() async throws {
      let store = try await StoreProcess()
      let url = "valkey://127.0.0.1:\(store.port)"
      let servers = [try await VotingServer(store: url), try await VotingServer(store: url)]
      try await Relay.run(to: servers[0].port) { relay in
        let page = URL(string: "http://127.0.0.1:\(relay.port)/")!
        try await Browser.run { browser in
          let first = try browser.currentTab()
          _ = try browser.openTab()
          try await browser.vote("Yes", at: page)
          let receipt = try await browser.receipt()
          try browser.closeTab()
          try browser.select(first)
          try store.tell("FLUSHALL")
          for server in servers {
            try await eventually { try server.client().get("/health").status == 503 }
          }
          #expect(try servers[1].numbers() == "0:0")
          // As a balancer does, which has found another one.
          relay.cut()
          relay.mend(to: servers[1].port)
          try browser.open(page)
          for server in servers { try await eventually { try server.numbers() == "1:0" } }
          try await browser.wait(for: "#notice", toSay: "Counted: Yes")
          try await browser.wait(for: "#receipt", toSay: "Your receipt: \(receipt)")
        }
      }
    }

    @Test("failover: while the store is away the screen and the desk say so, and no step is lost")
    func away() async throws {
      let store = try await StoreProcess()
      let server = try await VotingServer(store: "valkey://127.0.0.1:\(store.port)")
      let key = try await server.deskKey()
      try await Browser.run { browser in
        let phone = try browser.currentTab()
        try await browser.vote("Yes", at: server.url("/"))
        let screen = try browser.openTab()
        try browser.open(server.url("/result"))
        try await browser.wait(for: "#state", toSay: "Connected")
        let desk = try browser.openTab()
        try browser.openDesk(at: server.url("/desk#\(key)"))
        try await browser.wait(for: "#next", toSay: "Close voting")
        await store.kill()
        try await browser.wait(for: "#offline", toSay: "Votes cannot be stored at present")
        // A press may come too soon for one.
        _ = try await eventually("the desk to say that the step was not stored") {
          try await browser.click("#next")
          return try browser.text(of: "#notice").hasPrefix("The step could not be stored and may")
            ? true : nil
        }
        #expect(try browser.text(of: "#next") == "Close voting")
        try browser.select(screen)
        try await browser.wait(for: "#fault", toSay: "Votes cannot be stored at present")
        // Who comes now hears of it too.
        try browser.reload()
        try await browser.wait(for: "#fault", toSay: "Votes cannot be stored at present")

        // The phone knows what the server cannot tell.
        try browser.select(phone)
        try browser.reload()
        try await browser.wait(for: "#notice", toSay: "Counted: Yes")

        try await store.restart()
        try browser.select(screen)
        try await browser.waitUntilGone("#fault")
        try browser.select(desk)
        _ = try await eventually("the desk to be content") {
          try browser.text(of: "#offline") == "" ? true : nil
        }
        try await browser.pressNext("Close voting")
        #expect(try server.client().get("/vote?yes=true").status == 409)
      }
    }
  }
}

extension VotingServer {
  /// Yes and No.
  fileprivate func numbers() throws -> String {
    let result = try result()
    return "\(result.yes):\(result.no)"
  }
}

extension Browser {
  /// - Parameter label: of the button, whose class it is in small letters.
  func vote(_ label: String) async throws {
    try await click("button.\(label.lowercased())")
    try await wait(for: "#notice", toSay: "Counted: \(label)")
  }

  /// A phone opens the page, votes, and keeps what was acknowledged.
  func vote(_ label: String, at url: URL) async throws {
    try open(url)
    try await vote(label)
    try await waitUntilKept(label.lowercased())
  }

  /// What the phone keeps of an acknowledged vote, which is written after it has said that it is counted.
  func waitUntilKept(_ choice: String, inEpoch epoch: Int? = nil) async throws {
    _ = try await eventually("the phone to keep what was acknowledged") {
      let text =
        try run(
          """
          let kept = JSON.stringify(history.state?.acknowledged);
          try {
            const name = Object.keys(localStorage).find((name) => name.startsWith("acknowledged"));
            kept += localStorage.getItem(name);
          } catch {} // Refused with cookies.
          return kept;
          """) as? String
      let isThere = text?.contains(#""choice":"\#(choice)""#) == true
      let isOfEpoch = epoch.map { text?.contains(".\($0)\"") == true } ?? true
      return isThere && isOfEpoch ? true : nil
    }
  }

  fileprivate func waitUntilGone(_ selector: String) async throws {
    _ = try await eventually("\(selector) to go") {
      try run("return document.querySelector('\(selector)') === null") as? Bool == true
        ? true : nil
    }
  }
}
