import Foundation
import HTTPServer
import TestSupport
import Testing

@testable import ShowOfHands
@testable import Voting

extension BrowserTests {
  /// A shared ledger that loses what it has acknowledged, as phones and the host see it.
  @Suite("Votes that a store has lost")
  struct LossTests {
    /// Forgets all that was voted; the first server notices.
    private func loseAll(_ shared: SharedMemory) {
      shared.lose(shared.ballots(round: 1).map(\.voter), round: 1, noticedBy: 1)
    }

    @Test("loss: the phone sends its vote again, with the same receipt, and says nothing of it")
    func resend() async throws {
      try await withSharedPages { shared, one, _, browser in
        try browser.open(one.url("/"))
        try await browser.vote("Yes")
        try await browser.vote("No")
        try await browser.waitUntilKept("no")
        let before = shared.ballots(round: 1)
        _ = try browser.run(
          """
          window.said = [];
          new MutationObserver(() => window.said.push(document.getElementById("notice").textContent))
            .observe(document.getElementById("notice"), { childList: true });
          """)
        loseAll(shared)
        try await eventually { shared.ballots(round: 1) == before }
        // It is on its way to the phone when it is in the ledger.
        try await eventually { one.ballotBox.statistics.acknowledged.total == 3 }
        #expect(try browser.run("return window.said.join()") as? String == "")
        // Once in an epoch: another page of it sends nothing more.
        try browser.reload()
        try await browser.wait(for: "#notice", toSay: "Counted: No")
        try await browser.wait(for: "#state", toSay: "Connected")
        try await browser.vote("Yes")
        #expect(one.ballotBox.statistics.acknowledged.total == 4)
      }
    }

    @Test("loss: a page that was away sends its vote when it comes back, to whatever server")
    func away() async throws {
      try await withSharedPages { shared, one, other, browser in
        try await Relay.run(to: one.server.port) { relay in
          let url = URL(string: "http://127.0.0.1:\(relay.port)/")!
          try await browser.vote("Yes", at: url)
          try browser.open(URL(string: "about:blank")!)
          relay.cut()
          loseAll(shared)
          relay.mend(to: other.server.port)
          try browser.open(url)
          try await eventually { shared.ballots(round: 1).map(\.choice) == [.yes] }
          try await browser.wait(for: "#notice", toSay: "Counted: Yes")
        }
      }
    }

    @Test("loss: without cookies and storage the open page sends its vote again too")
    func withoutStorage() async throws {
      try await withSharedPages(refusesCookies: true) { shared, one, _, browser in
        try await browser.vote("Yes", at: one.url("/"))
        loseAll(shared)
        try await eventually { shared.ballots(round: 1).map(\.choice) == [.yes] }
      }
    }

    @Test("loss: of a round that is closed nothing is sent before it is opened again")
    func closed() async throws {
      try await withSharedPages { shared, one, _, browser in
        try await browser.vote("Yes", at: one.url("/"))
        try await one.ballotBox.perform(.close)
        try await browser.wait(for: "#notice", toSay: "Closed.")
        loseAll(shared)
        try await browser.wait(for: "#notice", toSay: "Closed. The server has lost your vote.")
        try await eventually { one.ballotBox.snapshot.room.missingVotes == 1 }
        #expect(shared.ballots(round: 1).isEmpty)
        try await one.ballotBox.perform(.open)
        try await eventually { shared.ballots(round: 1).map(\.choice) == [.yes] }
        try await browser.wait(for: "#notice", toSay: "Counted: Yes")
      }
    }

    @Test("loss: of a round that is closed, a vote that is still there is not said to be lost")
    func closedAndKept() async throws {
      try await withSharedPages { shared, one, _, browser in
        try await browser.vote("Yes", at: one.url("/"))
        try await one.ballotBox.perform(.close)
        try await browser.wait(for: "#notice", toSay: "Closed. Your answer: Yes")
        shared.lose([], round: 1, noticedBy: 1)
        // It has looked when it knows that its vote is there in the new epoch.
        try await browser.waitUntilKept("yes", inEpoch: 2)
        #expect(try browser.text(of: "#notice").hasPrefix("Closed. Your answer: Yes"))
      }
    }

    @Test("loss: the desk says in red how many votes are missing, until the host confirms it")
    func desk() async throws {
      try await withSharedPages { shared, one, other, browser in
        for _ in 1...2 { _ = try await one.ballotBox.cast(.yes) }
        try browser.openDesk(of: other)
        try await browser.wait(for: "#state", toSay: "Connected")
        loseAll(shared)
        try await browser.wait(for: "#loss", toSay: "Votes that were counted are missing: 2")
        try await browser.click("#loss button")
        _ = try await eventually("the alarm to end") {
          try browser.isVisible("#loss") ? nil : true
        }
        try await eventually { one.ballotBox.snapshot.room.missingVotes == nil }
        try await browser.click("#more > summary")
        try await browser.click("#serversCard > summary")
        try await browser.wait(for: "#servers", toSay: one.ballotBox.instances.first?.name ?? "?")
        #expect(
          try browser.run("return document.querySelectorAll('#servers li').length") as? Int == 2)
        #expect(try browser.log().filter { !$0.contains("qr.svg") }.isEmpty)
      }
    }

    @Test("loss: an answer that was on its way when votes were lost is sent again too")
    func answerUnderWay() async throws {
      try await withSharedPages { shared, one, _, browser in
        try browser.open(one.url("/"))
        try await browser.wait(for: "#state", toSay: "Connected")
        _ = try browser.run(
          """
          const fetch = window.fetch;
          const held = new Promise((letGo) => (window.letGo = letGo));
          window.fetch = async (address, options) => {
            if (options?.method !== "POST") return fetch(address, options);
            // However long it takes.
            const answer = await fetch(address, { ...options, signal: undefined });
            await held;
            return answer;
          };
          """)
        try await browser.click("button.yes")
        try await eventually { shared.ballots(round: 1).count == 1 }
        loseAll(shared)
        _ = try await eventually("the page to hear of another epoch") {
          let id = try browser.run("return document.querySelector('main').dataset.id") as? String
          return id?.hasSuffix(".2-") == true ? true : nil
        }
        _ = try browser.run("window.letGo()")
        try await eventually { shared.ballots(round: 1).map(\.choice) == [.yes] }
        try await browser.wait(for: "#notice", toSay: "Counted: Yes")
      }
    }

    @Test("loss: a vote that is sent again late does not undo what another tab has voted meanwhile")
    func twoTabs() async throws {
      try await withSharedPages { shared, one, _, browser in
        let tabs = [try browser.currentTab(), try browser.openTab()]
        for tab in tabs {
          try browser.select(tab)
          try browser.open(one.url("/"))
          try await browser.wait(for: "#state", toSay: "Connected")
        }
        try await browser.vote("Yes")
        try await browser.waitUntilKept("yes")
        // The first one's never leaves; the second one's waits until it is told.
        for (tab, wait) in zip(tabs, ["throw new TypeError()", "await held"]) {
          try browser.select(tab)
          _ = try browser.run(
            """
            const { fetch } = window;
            const held = new Promise((letGo) => (window.letGo = letGo));
            window.fetch = async (address, options) => {
              if (options?.method !== "POST" || options.body.get("yes") !== "true") {
                return fetch(address, options);
              }
              window.isHeld = true;
              \(wait);
              // However long it took.
              const answer = await fetch(address, { ...options, signal: undefined });
              window.isOver = true;
              return answer;
            };
            """)
        }
        loseAll(shared)
        _ = try await eventually("the second tab to send it again") {
          try browser.run("return window.isHeld") as? Bool
        }
        try browser.select(tabs[0])
        try await browser.vote("No")
        try await browser.waitUntilKept("no")
        try browser.select(tabs[1])
        _ = try browser.run("window.letGo()")
        _ = try await eventually("it to be there") {
          try browser.run("return window.isOver") as? Bool
        }
        try await eventually { shared.ballots(round: 1).map(\.choice) == [.no] }
        for tab in tabs {
          try browser.select(tab)
          try await browser.wait(for: "#notice", toSay: "Counted: No")
        }
      }
    }

    @Test("loss: of a card that another phone has moved, what that one said is sent again")
    func movedCard() async throws {
      try await withSharedPages(["--ballots", "codes"]) { shared, one, _, browser in
        try await one.ballotBox.perform(.codes(count: 1, replaces: false))
        let code = one.ballotBox.codes(0..<1)[0]
        try await browser.vote("Yes", at: one.url("/C/\(code)"))
        _ = try await one.ballotBox.cast(.no, code: code)
        try browser.reload()
        try await browser.wait(for: "#notice", toSay: "Counted: No")
        try await browser.waitUntilKept("no")
        loseAll(shared)
        try await eventually { shared.ballots(round: 1).map(\.choice) == [.no] }
        #expect(try browser.text(of: "#notice").hasPrefix("Counted: No"))
      }
    }

    @Test("loss: where steps alone are lost, the desk says that, and the host confirms it")
    func steps() async throws {
      try await withSharedPages { shared, one, _, browser in
        try browser.openDesk(of: one)
        try await browser.wait(for: "#state", toSay: "Connected")
        shared.lose([], round: 1, noticedBy: 1)
        try await browser.wait(for: "#loss", toSay: "What was done last at the desk may be lost")
        let health = try Client(port: one.server.port).get("/health")
        #expect(health.status == 503 && health.text.contains("steps-missing"))
        try await browser.click("#loss button")
        _ = try await eventually("the alarm to end") {
          try browser.isVisible("#loss") ? nil : true
        }
        try await eventually { one.ballotBox.snapshot.room.missingVotes == nil }
      }
    }

    @Test(
      "loss: where every press is a ballot, the desk does not promise that phones send it again")
    func everyPress() async throws {
      try await withSharedPages(["--ballots", "many"]) { shared, one, _, browser in
        _ = try await one.ballotBox.cast(.yes)
        try browser.openDesk(of: one)
        try await browser.wait(for: "#state", toSay: "Connected")
        loseAll(shared)
        try await browser.wait(for: "#loss p + p", toSay: "The store has lost them. No phone sends")
      }
    }

    @Test("loss: the desk's alarm works without scripts")
    func deskWithoutScripts() async throws {
      try await withSharedPages { shared, one, _, browser in
        _ = try await one.ballotBox.cast(.yes)
        try browser.openDesk(of: one)
        try await browser.wait(for: "#state", toSay: "Connected")
        loseAll(shared)
        try await eventually { one.ballotBox.snapshot.room.missingVotes == 1 }
        try browser.setScripts(areOn: false)
        try browser.open(one.url("/desk"))
        #expect(try browser.text(of: "#loss").contains("missing: 1"))
        try await browser.click("#loss button")
        try await eventually { one.ballotBox.snapshot.room.missingVotes == nil }
      }
    }
  }

  /// A page whose stream comes from another server than before.
  @Suite("A page that comes to another server")
  struct OtherServerTests {
    @Test("other server: it goes on there, with numbers that were counted meanwhile")
    func moves() async throws {
      try await withSharedPages { _, one, other, browser in
        try await Relay.run(to: one.server.port) { relay in
          try browser.open(URL(string: "http://127.0.0.1:\(relay.port)/result")!)
          _ = try await one.ballotBox.cast(.yes)
          try await browser.wait(for: "#yesCount", toSay: "1")
          relay.mend(to: other.server.port)
          await one.stop()
          _ = try await other.ballotBox.cast(.yes)
          try await browser.wait(for: "#yesCount", toSay: "2")
          try await browser.wait(for: "#state", toSay: "Connected")
        }
      }
    }

    @Test("other server: a desk keeps the newer state, whichever server says the other one later")
    func desk() async throws {
      try await withSharedPages { _, one, _, browser in
        try browser.openDesk(of: one)
        try await browser.wait(for: "#next", toSay: "Close voting")
        let said =
          try browser.run(
            """
            // Another one than the page's, which knows no state.
            return import("./desk-state.js?apart").then((desk) => {
              const isNew = (id, version) => {
                desk.take({ id, version, now: 1_000 + version });
                return desk.state.version === version;
              };
              const ids = [
                "a1b2c3.2-7", "a1b2c3.2-6", "a1b2c3.2-7", "a1b2c3.2-10", "a1b2c3.1-11", "a1b2c3.10-x1-2",
                "a1b2c3.9-9", "a1b2c3.10-x2-1",
              ];
              return ids.map((id, index) => isNew(id, index) ? "new" : "old").join(" ");
            });
            """) as? String
        #expect(said == "new old new new old new old new")
      }
    }

    @Test(
      "other server: of two numbers it knows the older one, and holds that back for a while only")
    func order() async throws {
      try await withSharedPages { _, one, _, browser in
        try browser.open(one.url("/result"))
        let said =
          try browser.run(
            """
            return import("./shared.js").then(({ isOld, share }) => {
              const ids = [
                "abcdef.1-7", "abcdef.1-6", "abcdef.1-7", "abcdef.1-10", "abcdef.2-3", "abcdef.1-11",
                "abcdef.10-x1-2", "abcdef.9-9", "abcdef.10-x2-1", "ghijkl.1-1", "t0k3n0-5", "t0k3n0-4",
              ];
              const heard = [];
              const handlers = { message: (news) => heard.push(news) };
              const old = ids.map((id) => isOld(id) ? "old" : "new");
              share({ epoch: "abcdef.3" }, handlers, { id: "abcdef.3-5" });
              const say = (id, news) => { handlers.id(id); handlers.message(news); };
              say("abcdef.3-6", "six");
              say("abcdef.3-4", "four");
              const first = heard.join();
              return new Promise((done) => setTimeout(() =>
                done([...old, first, heard.join()].join(" ")), 3_500));
            });
            """) as? String
        #expect(
          said == "new old new new new old new old new new new new six six,four")
      }
    }
  }
}
