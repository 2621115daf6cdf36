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

    private func vote(_ label: String, in browser: Browser) async throws {
      try await browser.click("button.\(label.lowercased())")
      try await browser.wait(for: "#notice", toSay: "Counted: \(label)")
    }

    /// What the phone keeps, which is written after it has said that the vote is counted.
    private func waitUntilKept(in browser: Browser) async throws {
      _ = try await eventually("the phone to keep what was acknowledged") {
        let text =
          try browser.run(
            """
            let kept = JSON.stringify(history.state);
            try { kept += JSON.stringify({ ...localStorage }); } catch {} // Refused with cookies.
            return kept;
            """) as? String
        return text?.contains("acknowledged") == true ? true : nil
      }
    }

    @Test("loss: the phone sends its vote again, with the same receipt, and says nothing of it")
    func resend() async throws {
      try await withSharedPages { shared, one, _, browser in
        try browser.open(one.url("/"))
        try await vote("Yes", in: browser)
        try await vote("No", in: browser)
        try await waitUntilKept(in: browser)
        let before = shared.ballots(round: 1)
        _ = try browser.run(
          """
          window.said = [];
          new MutationObserver(() => window.said.push(document.getElementById("notice").textContent))
            .observe(document.getElementById("notice"), { childList: true });
          """)
        loseAll(shared)
        try await eventually { shared.ballots(round: 1) == before }
        let total = one.ballotBox.statistics.acknowledged.total
        #expect(total == 3)
        #expect(try browser.run("return window.said.join()") as? String == "")
        // Once in an epoch: another page of it sends nothing more.
        try browser.reload()
        try await browser.wait(for: "#notice", toSay: "Counted: No")
        try await browser.wait(for: "#state", toSay: "Connected")
        try await vote("Yes", in: browser)
        #expect(one.ballotBox.statistics.acknowledged.total == total + 1)
      }
    }

    @Test("loss: a page that was away sends its vote when it comes back, to whatever server")
    func away() async throws {
      try await withSharedPages { shared, one, other, browser in
        try await Relay.run(to: one.server.port) { relay in
          let url = URL(string: "http://127.0.0.1:\(relay.port)/")!
          try browser.open(url)
          try await vote("Yes", in: browser)
          try await waitUntilKept(in: browser)
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
        try browser.open(one.url("/"))
        try await vote("Yes", in: browser)
        try await waitUntilKept(in: browser)
        loseAll(shared)
        try await eventually { shared.ballots(round: 1).map(\.choice) == [.yes] }
      }
    }

    @Test("loss: of a round that is closed nothing is sent before it is opened again")
    func closed() async throws {
      try await withSharedPages { shared, one, _, browser in
        try browser.open(one.url("/"))
        try await vote("Yes", in: browser)
        try await waitUntilKept(in: browser)
        try await one.ballotBox.perform(.close)
        try await browser.wait(for: "#notice", toSay: "Closed.")
        loseAll(shared)
        try await browser.wait(for: "#notice", toSay: "Closed.")
        try await eventually { one.ballotBox.snapshot.room.missingVotes == 1 }
        #expect(shared.ballots(round: 1).isEmpty)
        try await one.ballotBox.perform(.open)
        try await eventually { shared.ballots(round: 1).map(\.choice) == [.yes] }
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
