import Foundation
import TestSupport
import Testing

extension BrowserTests {
  /// Everything together, as a room has it.
  @Suite("An evening")
  struct JourneyTests {
    @Test("an evening: every number is exact, whatever is hidden, killed, undone or too late")
    func evening() async throws {
      try await Evening.run(phones: 3) { evening in
        try await hiddenVotes(evening)
        try await countdown(evening)
        try await revealAndUndo(evening)
        try await typo(evening)
        try await again(evening)
        try await twoDesks(evening)
      }
    }

    /// Phones vote and change their minds; one votes while the server is dead.
    private func hiddenVotes(_ evening: Evening) async throws {
      let stream = try evening.server.client()
      try await evening.ask("Shall we meet at eight?")
      #expect(try listen(stream).status == 200)
      try await evening.vote(0, "Yes")
      try await evening.vote(1, "No")
      try await evening.vote(1, "Yes")
      try expectNoSplit(in: stream, untilVoted: 2)

      await evening.server.kill()
      try await evening.vote(2, "No", hears: "Your vote is kept here")
      try await evening.server.start()
      try await evening.see(evening.phones[2], "#notice", "Counted: No")
      let next = try evening.server.client()
      _ = try listen(next)
      try expectNoSplit(in: next, untilVoted: 3)
      try await expectHidden(evening, voted: 3)
    }

    /// It closes the round; what was pressed in time but comes later is told so.
    private func countdown(_ evening: Evening) async throws {
      let late = evening.phones[1]
      try evening.at(late).setOffline(true)
      try await evening.vote(1, "No", hears: "Your vote is kept here")
      try evening.at(evening.screen).noteTexts(of: "#time")
      #expect(try evening.step("countdown", "seconds=10").status == 200)
      try await evening.at(evening.screen).wait(for: "#time", toHaveSaid: "0:")
      try await evening.see(evening.desk, "#next", "Reveal the result")
      let record = try evening.state()["record"] as? [[String: Any]]
      #expect(record?.last?["step"] as? String == "closedByCountdown")

      try await evening.see(evening.phones[0], "#notice", "Closed. Your answer: Yes.")
      let afterwards = try evening.at(evening.phones[0]).run(
        """
        const body = new URLSearchParams({ yes: false, round: 1 });
        return fetch("vote", { method: "POST", body }).then(({ status }) => status);
        """)
      #expect(afterwards as? Int == 409)
      try evening.at(late).setOffline(false)
      try await evening.see(
        late, "#notice", "Closed. Your vote came too late, not counted. Still counted: Yes")
      try await expectHidden(evening, voted: 3)
    }

    private func revealAndUndo(_ evening: Evening) async throws {
      try await evening.next("Reveal the result")
      try await expectShown(evening, yes: 2, no: 1, percent: "67%")
      try await evening.see(evening.phones[2], ".no .share", "33% · 1")

      try await evening.see(evening.desk, "#undo", "Undo revealing")
      try await evening.browser.click("#undo")
      try await evening.see(evening.screen, "#word", "Closed.")
      try await expectHidden(evening, voted: 3)
      try await evening.next("Reveal the result")
      try await expectShown(evening, yes: 2, no: 1, percent: "67%")
    }

    /// The words change under votes, which stay.
    private func typo(_ evening: Evening) async throws {
      try await evening.ask("Is it lihgt?")
      try await evening.vote(0, "No")
      try await evening.vote(2, "Yes")
      let desk = try evening.at(evening.desk)
      try await desk.click("#more > summary")
      try await desk.click("#editCard > summary")
      try await eventually {
        try desk.run("return document.querySelector('#edit textarea').value") as? String
          == "Is it lihgt?"
      }
      _ = try desk.run("document.querySelector('#edit textarea').value = ''")
      try await desk.type("Is it light?", into: "#edit textarea")
      try await desk.click("#edit button.onOpen")
      for phone in evening.phones { try await evening.see(phone, "h1", "Is it light?") }
      try await evening.see(evening.phones[0], "#notice", "Counted: No")
      try await evening.see(evening.phones[2], "#notice", "Counted: Yes")
      try await expectHidden(evening, voted: 2)
      try await evening.next("Close voting")
      try await evening.next("Reveal the result")
      try await expectShown(evening, yes: 1, no: 1, percent: "50%")
    }

    /// The same words from zero; what is exported has every round, and no number that is hidden.
    private func again(_ evening: Evening) async throws {
      try await evening.at(evening.desk).press("a")
      try await evening.see(evening.desk, "#number", "3")
      for phone in evening.phones.indices { try await evening.vote(phone, "No") }
      try await expectHidden(evening, voted: 3)
      let before = [
        #"1,"Shall we meet at eight?","Yes","No",2,1,3,,,revealed,false"#,
        #"2,"Is it light?","Yes","No",1,1,2,,,revealed,false"#,
      ]
      #expect(
        try evening.exported() == before + [#"3,"Is it light?","Yes","No",,,3,,,open,true"#])
      #expect(
        try await evening.recounted() == before + [
          #"3,"Is it light?","Yes","No",0,3,3,,,open,true"#
        ])
    }

    /// Both decide to close on the same state; the second is on its way when the first is done.
    private func twoDesks(_ evening: Evening) async throws {
      let second = try await evening.openDesk("second.example")
      let version = try #require(try evening.state()["version"] as? Int)
      _ = try evening.browser.run(Self.holdRequest)
      try await evening.see(second, "#next", "Close voting")
      _ = try await eventually("the second press to be on its way") {
        try await evening.browser.click("#next")
        return try evening.browser.run("return !!window.release") as? Bool == true ? true : nil
      }
      try await evening.next("Close voting")
      _ = try evening.at(second).run("window.answered = 0; window.release()")
      _ = try await eventually("the second desk to be told that it is so") {
        let isDone = "return !document.body.hasAttribute('data-sending') && window.answered === 409"
        return try evening.browser.run(isDone) as? Bool == true ? true : nil
      }

      for desk in [evening.desk, second] {
        try await evening.see(desk, "#next", "Reveal the result")
        try await evening.see(desk, "#undo", "Undo closing")
        try await evening.see(desk, "#number", "3")
        let tone = try evening.browser.run("return document.getElementById('toast').dataset.tone")
        #expect(tone as? String ?? "" == "")
      }
      #expect(try evening.state()["version"] as? Int == version + 1)

      try await evening.at(second).pressNext("Reveal the result")
      try await evening.see(evening.desk, "#noCount", "3")
      try await expectShown(evening, yes: 0, no: 3, percent: "0%")
      #expect(try await evening.exported() == evening.recounted())
    }

    /// The next request waits for `release()`; then `answered` is its status.
    private static let holdRequest = """
      const { fetch } = window;
      window.fetch = async (...request) => {
        window.fetch = fetch;
        await new Promise((resume) => (window.release = resume));
        const response = await fetch(...request);
        window.answered = response.status;
        return response;
      };
      """

    @Test("an evening: two presses of a clicker within 700 ms are one step")
    func clicker() async throws {
      try await Evening.run(phones: 1) { evening in
        try await evening.ask("Shall we meet at eight?")
        let browser = try evening.at(evening.desk)
        try browser.open(evening.server.url("/result", host: "desk.example"))
        try await browser.wait(for: "#phase", toSay: "Voting is open")
        for (phase, words) in [("closed", "Voting is closed"), ("revealed", "The result")] {
          let version = try #require(try evening.state()["version"] as? Int)
          // The pause that the presses before need.
          _ = try browser.run("return new Promise((resume) => setTimeout(resume, 700))")
          _ = try browser.run("window.at = performance.now(); \(Self.press)")
          try await browser.wait(for: "#phase", toSay: words)
          try await waitUntilDone(browser)
          // However long that took here, the second press comes in time for a double press.
          _ = try browser.run("window.at += 699; \(Self.press)")
          // Steps are done one after the other: a second one would be counted before this one.
          try await waitUntilDone(browser)
          try await browser.press("j")
          let state = try await eventually("the join screen") {
            let state = try evening.state()
            return state["stage"] as? String == "join" ? state : nil
          }
          #expect(state["version"] as? Int == version + 2)
          #expect((state["round"] as? [String: Any])?["phase"] as? String == phase)
          try await waitUntilDone(browser)
          try await browser.press("j")
          try await eventually { try evening.state()["stage"] as? String == "result" }
        }
      }
    }

    /// Presses at the time `at` of the page's clock.
    private static let press = """
      const event =
        new KeyboardEvent("keydown", { key: "PageDown", bubbles: true, cancelable: true });
      Object.defineProperty(event, "timeStamp", { value: window.at });
      document.body.dispatchEvent(event);
      """

    private func waitUntilDone(_ browser: Browser) async throws {
      try await eventually {
        try browser.run("return !document.body.hasAttribute('data-busy')") as? Bool == true
      }
    }

    // MARK: What is to be seen

    private func listen(_ stream: Client) throws -> Reply {
      try stream.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
      return try stream.head()
    }

    /// Reads the stream until so many have voted: none of its events has a tally.
    private func expectNoSplit(in stream: Client, untilVoted voted: Int) throws {
      var events: [ReceivedEvent] = []
      while !events.contains(where: { $0.data.contains(#""voted":\#(voted)"#) }) {
        let more = try stream.events()
        try #require(!more.isEmpty, "the stream ended")
        events += more
      }
      let tells = { (event: ReceivedEvent) in
        event.name == "message" || event.data.contains(#""yes":"#) || event.data.contains(#""no":"#)
      }
      #expect(events.filter(tells) == [])
    }

    /// Turnout everywhere, and nowhere how it divides.
    private func expectHidden(_ evening: Evening, voted: Int) async throws {
      try await evening.see(evening.screen, "#turnout .voted", "\(voted)")
      try await evening.seeNothing(evening.screen, of: ".percent")
      try await evening.seeNothing(evening.screen, of: "#yesCount")
      try await evening.see(evening.desk, "#voted", "\(voted)")
      try await evening.seeNothing(evening.desk, of: "#yesCount")
      for phone in evening.phones { try await evening.seeNothing(phone, of: ".share") }

      let result = try evening.result()
      #expect(result["voted"] as? Int == voted)
      #expect(result["hidden"] as? Bool == true)
      #expect(result["yes"] == nil && result["no"] == nil)
      let line = try #require(try evening.exported().last)
      #expect(line.contains(#""Yes","No",,,\#(voted),"#), "\(line)")
      if result["open"] as? Bool == true { #expect(try evening.state()["tally"] is NSNull) }
    }

    private func expectShown(_ evening: Evening, yes: Int, no: Int, percent: String) async throws {
      try await evening.see(evening.screen, "#phase", "The result")
      try await evening.see(evening.screen, "#yesCount", "\(yes)")
      try await evening.see(evening.screen, "#noCount", "\(no)")
      try await evening.see(evening.screen, ".yes .percent", percent)
      let result = try evening.result()
      #expect(result["yes"] as? Int == yes && result["no"] as? Int == no)
    }
  }
}
