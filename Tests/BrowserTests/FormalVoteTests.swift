import Foundation
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

extension BrowserTests {
  /// The formal preset from the question to the minutes, in the program with its file.
  @Suite("A formal vote")
  struct FormalVoteTests {
    private static let languages = try! Languages(
      folder: "\(packageFolder)/Views/words")

    private struct Expected {
      let rule: String
      let verdict: Words.Key
      let needed: String
      /// Three of them do not vote.
      var present = 53
      /// Of the ballots.
      var votes = [23, 17, 10]
    }

    /// Around each threshold: what passes by one rule fails by another, and one more or one less
    /// decides.
    private static let all = [
      Expected(rule: "simple", verdict: .accepted, needed: "Needed: 21 of 40 votes cast"),
      Expected(rule: "present", verdict: .rejected, needed: "Needed: 27 of 53 present"),
      Expected(
        rule: "present", verdict: .accepted, needed: "Needed: 23 of 45 present", present: 45),
      Expected(
        rule: "present", verdict: .rejected, needed: "Needed: 24 of 46 present", present: 46),
      Expected(rule: "two-thirds", verdict: .rejected, needed: "Needed: 27 of 40 votes cast"),
      Expected(rule: "three-quarters", verdict: .rejected, needed: "Needed: 30 of 40 votes cast"),
      Expected(
        rule: "two-thirds-present", verdict: .rejected, needed: "Needed: 36 of 53 present"),
      Expected(
        rule: "three-quarters-present", verdict: .rejected, needed: "Needed: 40 of 53 present"),
      Expected(rule: "absolute", verdict: .rejected, needed: "Needed: 31 of 60 members"),
      Expected(rule: "unanimous", verdict: .rejected, needed: "Needed: 40 of 40 votes cast"),
    ]

    @Test("formal: each rule's verdict on the screen, the phone, the desk and in the minutes")
    func everyRule() async throws {
      try await Evening.run(phones: 1, preset: "formal") { evening in
        for (index, expected) in Self.all.enumerated() {
          try await vote(evening, expected, number: index + 1)
          // Whoever ends the program sees no more than anybody else, and nothing is lost.
          if index == 0 {
            let fingerprint = try evening.result()["fingerprint"] as? String
            await evening.server.kill()
            try await evening.server.start()
            #expect(try evening.result()["verdict"] == nil)
            #expect(try evening.result()["fingerprint"] as? String == fingerprint)
          }
          #expect(try evening.step("reveal", "").status == 200)
          try await check(evening, expected, number: index + 1)
        }
      }
    }

    /// Up to the close, with nothing told of how it divides.
    private func vote(_ evening: Evening, _ expected: Expected, number: Int) async throws {
      let question = "Motion \(number)?"
      let asked = try evening.step("ask", "question=\(question)&rule=\(expected.rule)")
      #expect(asked.status == 200)
      let numbers = "present=\(expected.present)&entitled=60"
      #expect(try evening.step("numbers", numbers).status == 200)
      try await evening.see(evening.phones[0], "h1", question)
      try await evening.vote(0, "Yes")
      let rule = Self.languages.room[try #require(Rule(rawValue: expected.rule)).word]
      for tab in [evening.screen, evening.phones[0], evening.desk] {
        try await evening.see(tab, "#outcome .rule", "To pass: \(rule)")
      }
      for (answer, count) in zip(["yes=true", "yes=false", "abstain=true"], expected.votes) {
        // The phone's own is one of those in favour.
        for _ in 0..<(answer == "yes=true" ? count - 1 : count) {
          #expect(try evening.server.client().get("/vote?\(answer)").status == 200)
        }
      }
      #expect(try evening.step("close", "").status == 200)
      try await evening.see(evening.screen, "#word", "Closed.")
      for tab in [evening.screen, evening.phones[0], evening.desk] {
        try await evening.seeNothing(tab, of: "#outcome .verdict")
      }
      #expect(try evening.server.client().get("/minutes?round=\(number)").status == 404)
    }

    private func check(_ evening: Evening, _ expected: Expected, number: Int) async throws {
      let verdict = Self.languages.room[expected.verdict]
      for tab in [evening.screen, evening.phones[0], evening.desk] {
        try await evening.see(tab, "#outcome .needed", expected.needed)
        try await evening.see(tab, "#outcome .verdict", verdict)
      }
      try await evening.see(evening.phones[0], "#notice", "Closed. Your answer: Yes.")
      try await evening.see(evening.screen, "#abstainCount", "10")
      #expect(try evening.result()["verdict"] as? String == "\(expected.verdict)")
      for words in Self.languages.all {
        let fields = "Accept-Language: \(words.language)\r\n"
        let minutes = try evening.server.client().get(
          "/minutes.txt?round=\(number)", fields: fields
        ).text
        for (name, text) in [
          (Words.Key.minutesVerdict, words[expected.verdict]),
          (.minutesBallots, "Yes: 23 · No: 17 · Abstain: 10"),
          (.minutesPresent, "\(expected.present)"), (.minutesEntitled, "60"),
        ] { #expect(minutes.contains("\n\(words[name]): \(text)"), "\(minutes)") }
      }
    }

    // MARK: In every language

    private static let hard = Question(
      String(String(repeating: "Should the association buy the house? ", count: 14).prefix(500)),
      yesLabel: String(String(repeating: "Yes, and soon ", count: 6).prefix(80)),
      noLabel: String(String(repeating: "No, never ever ", count: 6).prefix(80)),
      abstainLabel: String(String(repeating: "Rather nothing ", count: 6).prefix(80)),
      chairDecides: true)

    /// What the script makes of the round, and what the server makes of it; and what does not fit.
    private static let compare = """
      const { show } = await import(new URL("verdict.js", document.baseURI));
      const round = await (await fetch("result.json")).json();
      document.getElementById("outcome")?.remove();
      await show(round);
      const page = await (await fetch("result", { headers: { Accept: "text/html" } })).text();
      const parsed = new DOMParser().parseFromString(page, "text/html");
      const lines = (from) => [...from.querySelectorAll("#outcome p")]
        .map(({ className, textContent }) => `${className}: ${textContent}`).join("\\n");
      const verdict = (from) => from.querySelector("#outcome")?.dataset.verdict ?? "";
      const ours = lines(document) + verdict(document);
      const theirs = lines(parsed) + verdict(parsed);
      return ours === theirs ? "" : `${ours}\\n--\\n${theirs}`;
      """

    @Test(
      "formal: page and script say the same of every rule, and all of it fits",
      arguments: languages.all.map(\.language))
    func agree(_ language: String) async throws {
      try await withPages(["--language", language]) { service, browser in
        let box = service.ballotBox
        try browser.resize(width: 1280, height: 720)
        try browser.open(service.url("/result"))
        for rule in Rule.allCases {
          var question = Self.hard
          question.rule = rule
          try await box.perform(.ask(question, isHidden: false, isDraft: false))
          try await expectAgreement(browser, "\(rule) is open")
          for choice in [Choice.yes, .yes, .no, .no, .abstain] { _ = try await box.cast(choice) }
          try await box.perform(.close)
          try await expectAgreement(browser, "\(rule) without numbers")
          try await box.perform(
            .numbers(.init(present: 4, entitled: 1_000, byHand: [.yes: 2, .no: 2])))
          try await expectAgreement(browser, "\(rule) with numbers")
          try await expectFit(browser, "\(rule)")
          if rule == .simple {
            try await box.perform(.chair(casts: .yes))
            try await expectAgreement(browser, "the chair's word")
          }
          try await box.perform(.numbers(.init(present: .some(nil), entitled: .some(nil))))
        }
        try await box.perform(
          .ask(Question("Here?", isRollCall: true), isHidden: false, isDraft: false))
        _ = try await box.cast(.yes)
        try await box.perform(.close)
        try await expectAgreement(browser, "a roll call")
        #expect(try browser.log().filter { $0.hasPrefix("SEVERE") } == [])
      }
    }

    /// The page may draw what it heard before, between the two.
    private func expectAgreement(_ browser: Browser, _ what: String) async throws {
      var difference: String?
      _ = try await eventually("page and script to agree where \(what):\n\(difference ?? "")") {
        // WebDriver awaits what a script returns, and has no await of its own.
        difference = try browser.run("return (async () => { \(Self.compare) })()") as? String
        return difference == "" ? true : nil
      }
    }

    private static let sticksOut = """
      const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
      const cut = [...document.querySelectorAll("#outcome p, h1, h2, .count, .percent, button")]
        .filter((each) => each.clientWidth > 1 && each.scrollWidth > each.clientWidth + 1);
      return scrollWidth <= clientWidth && scrollHeight <= clientHeight && !cut.length;
      """

    private func expectFit(_ browser: Browser, _ what: String) async throws {
      _ = try await eventually("\(what) to fit") {
        try browser.run(Self.sticksOut) as? Bool == true ? true : nil
      }
    }

    @Test(
      "formal: with the longest words, screens and phones of all sizes show all of a verdict",
      arguments: ["en", "de", "ar"])
    func sizes(_ language: String) async throws {
      try await withPages(["--language", language]) { service, browser in
        let box = service.ballotBox
        var question = Self.hard
        question.rule = .threeQuartersPresent
        try await box.perform(.ask(question, isHidden: false, isDraft: false))
        for choice in [Choice.yes, .yes, .no, .no, .abstain] { _ = try await box.cast(choice) }
        try await box.perform(.numbers(.init(present: 4, entitled: 1_000, byHand: [.yes: 2])))
        for isOver in [false, true] {
          if isOver { try await box.perform(.close) }
          for (path, sizes) in [
            ("/", [(390, 844), (1280, 720)]),
            ("/result", [(390, 844), (1280, 720), (1920, 1080), (3840, 2160)]),
            ("/result?overlay", [(1280, 720), (1920, 1080)]),
          ] {
            for (width, height) in sizes {
              try browser.resize(width: width, height: height)
              try browser.open(service.url(path))
              try await browser.wait(for: "#outcome", toSay: "")
              try await expectFit(browser, "\(path) on \(width)×\(height), over: \(isOver)")
            }
          }
        }
      }
    }

    // MARK: The desk

    @Test("formal: the desk asks by rule, enters what is missing, and has the chair decide a tie")
    func desk() async throws {
      try await withPages(["--preset", "formal"]) { service, browser in
        let box = service.ballotBox
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        try await browser.click("#options > summary")
        _ = try browser.run(
          """
          const { rule, chair } = document.getElementById("ask").elements;
          rule.value = "present";
          chair.value = "true";
          """)
        try await browser.type("Tea?", into: "#line")
        try await browser.press("Enter")
        try await browser.wait(for: "#outcome .rule", toSay: "To pass: majority of those present")
        _ = try await box.cast(.yes)
        try await browser.pressNext("Close voting")
        try await browser.pressNext("Reveal the result")
        try await browser.wait(for: "#outcome .missing", toSay: "The number present is not")
        try await browser.click("#enter")
        try await eventually {
          try browser.run("return document.activeElement.id") as? String == "present"
        }
        for character in "1" { try await browser.press("\(character)") }
        try await browser.press("Enter")
        try await browser.wait(for: "#outcome .needed", toSay: "Needed: 1 of 1 present")
        #expect(try browser.text(of: "#outcome .verdict") == "Accepted")
        #expect(try !browser.isVisible("#enter") && browser.isVisible("#minutes"))

        try await box.perform(
          .ask(
            Question(
              "Milk?", yesLabel: "With", noLabel: "Without", rule: .simple, chairDecides: true),
            isHidden: false, isDraft: false))
        for choice in [Choice.yes, .no] { _ = try await box.cast(choice) }
        #expect(try !browser.isVisible(".onTie"))
        try await browser.pressNext("Close voting")
        try await browser.wait(for: "#outcome .verdict", toSay: "Tie: the chair decides")
        try await browser.wait(for: ".onTie [value=no]", toSay: "Without")
        try await browser.click(".onTie [value=no]")
        try await browser.wait(for: "#outcome .verdict", toSay: "Rejected")
        try await browser.wait(for: "#outcome .chair", toSay: "By the chair’s word")
        #expect(box.round?.chairsWord == .no)
        #expect(try browser.log().filter { $0.hasPrefix("SEVERE") } == [])
      }
    }

    @Test("formal: a roll call has one button and one bar, and its number is the next one's")
    func rollCall() async throws {
      try await withPages(["--preset", "formal"]) { service, browser in
        let box = service.ballotBox
        let question = Question("Can you vote?", yesLabel: "Here", isRollCall: true)
        try await box.perform(.ask(question, isHidden: false, isDraft: false))
        try browser.open(service.url("/"))
        try await browser.wait(for: "#state", toSay: "Connected")
        #expect(try !browser.isVisible("button.no") && !browser.isVisible("button.abstain"))
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: "Counted: Here")
        try await box.perform(.close)
        try await browser.wait(for: ".yes .share", toSay: "1")
        try await browser.wait(for: "#outcome .verdict", toSay: "Present: 1")
        try browser.open(service.url("/result"))
        try await browser.wait(for: "#outcome .verdict", toSay: "Present: 1")
        #expect(try browser.isVisible(".yes .bar") && !browser.isVisible("section.no"))
        #expect(try !browser.isVisible(".percent"))
        // The next question brings everything back.
        try await box.perform(
          .ask(Question("Tea?", rule: .present), isHidden: false, isDraft: false))
        try await browser.wait(for: "#outcome .rule", toSay: "To pass: majority of those present")
        #expect(try browser.isVisible("section.no") && browser.isVisible(".no .percent"))
        try await box.perform(.close)
        try await browser.wait(for: "#outcome .needed", toSay: "Needed: 1 of 1 present")
        // And a question without a rule has nothing old beside it.
        try await box.perform(.ask(Question("Cake?"), isHidden: false, isDraft: false))
        try await browser.wait(for: "h1", toSay: "Cake?")
        try await eventually {
          try browser.run("return !document.querySelector('#outcome p')") as? Bool == true
        }
      }
    }
  }
}
