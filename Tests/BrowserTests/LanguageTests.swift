import Foundation
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

extension BrowserTests {
  /// What people read in each language, in a browser; the words themselves are in `Views/words`.
  @Suite("Languages in a browser")
  struct LanguageTests {
    private static let languages = try! Languages(
      folder: "\(packageFolder)/Views/words")

    @Test(
      "language: a phone from the vote to the result, on a small screen without scrolling",
      arguments: languages.all.map(\.language))
    func phone(language: String) async throws {
      let words = try #require(Self.languages.all.first { $0.language == language })
      func said(_ keys: Words.Key..., choice: String) -> String {
        // A space that does not break is a space where WebDriver reads it.
        keys.map { words.text($0, ["choice": choice]) }.joined(separator: " ")
          .replacing("\u{A0}", with: " ")
      }
      // Other languages have no words in what was asked here.
      try await withPages(["--question", "Tea?"]) { service, browser in
        let box = service.ballotBox
        try browser.setLanguage("\(language)-ZZ,xx")
        try await box.perform(
          .ask(
            Question("Tea?", yesLabel: "Ja", noLabel: "لا", abstainLabel: "–"), isHidden: true,
            isDraft: false))
        try browser.resize(width: 320, height: 568)
        try browser.open(service.url("/"))
        try await browser.wait(for: "#state", toSay: words.stateConnected)
        #expect(try browser.text(of: "button.no").contains("لا"))
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: said(.counted, .change, choice: "Ja"))
        try await browser.click("button.no")
        try await browser.wait(for: "#notice", toSay: said(.counted, .change, choice: "لا"))
        try await browser.waitUntilAllFits()
        // Without the script the same is said.
        let ours = try browser.text(of: "#notice")
        try browser.reload()
        try await browser.wait(for: "#notice", toSay: ours)

        try await box.perform(.close)
        try await browser.wait(for: "#notice", toSay: said(.closed, .answer, choice: "لا"))
        try await box.perform(.reveal())
        try await browser.wait(for: ".no .share", toSay: "100% · 1")
        try await browser.waitUntilAllFits()
        #expect(try browser.log().filter { $0.hasPrefix("SEVERE") } == [])
      }
    }

    @Test("language: the desk from the question to the result", arguments: ["de", "ar"])
    func desk(language: String) async throws {
      let words = try #require(Self.languages.all.first { $0.language == language })
      try await withPages(["--preset", "talk"]) { service, browser in
        try browser.setLanguage(language)
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: words.stateConnected)
        try await browser.type("Tea?", into: "#line")
        try await browser.press("Enter")
        _ = try await eventually("the question to be asked") {
          service.ballotBox.round?.isOpen == true ? true : nil
        }
        // Labels are the room's, not the desk's.
        #expect(service.ballotBox.round?.question.yesLabel == "Yes")
        try await browser.wait(for: "#notice", toSay: words.recordOpened)
        for phase in [Round.Phase.closed, .revealed] {
          // Whatever it says in this language.
          try await browser.pressNext("")
          #expect(service.ballotBox.round?.phase == phase)
        }
        _ = try browser.run("document.getElementById('more').open = true")
        _ = try await eventually("the record to be shown") {
          _ = try browser.run("document.getElementById('recordCard').open = true")
          return try browser.text(of: "#record").contains(words.recordOpened) ? true : nil
        }
        // Nothing in English is left but what the room was asked, addresses and names of files.
        let wide = try browser.run(Self.wide) as? [String]
        #expect(wide == [])
        #expect(try browser.log().filter { $0.hasPrefix("SEVERE") } == [])
      }
    }

    /// What is cut off or sticks out, but for what is there for screen readers alone.
    private static let wide = """
      return [...document.querySelectorAll("button, p, h2, h3, summary, label")]
        .filter((each) => each.clientWidth > 1 && each.scrollWidth > each.clientWidth + 1)
        .map((each) => each.textContent.trim());
      """

    @Test("language: a screen in Arabic runs from right to left, and its numbers do not")
    func screen() async throws {
      try await withPages(["--language", "ar"]) { service, browser in
        let box = service.ballotBox
        let question = Question("شاي؟", yesLabel: "نعم", noLabel: "No")
        try await box.perform(.ask(question, isHidden: false, isDraft: false))
        for choice in [Choice.yes, .yes, .no] { _ = try await box.cast(choice) }
        try browser.resize(width: 1280, height: 720)
        try browser.open(service.url("/result"))
        try await browser.wait(for: "#yesCount", toSay: "2")
        #expect(try browser.text(of: ".yes .percent") == "67%")
        let places = """
          const left = (selector) => document.querySelector(selector).getBoundingClientRect().left;
          const [yes, share] = [".yes .bar", ".yes .share"].map((selector) =>
            document.querySelector(selector).getBoundingClientRect());
          return [
            left(".yes .label") > left(".yes .count"), left(".yes .count") > left(".yes .percent"),
            left("#yesPercent") < left(".yes .percent small"),
            Math.abs(share.right - yes.right) < 2 && share.left > yes.left + 50,
            left("#total") > left("#phones"), left("footer .code") < left("footer .address"),
          ];
          """
        let found = try browser.run(places) as? [Bool]
        #expect(found?.contains(false) == false, "\(String(describing: found))")
      }
    }

    @Test("language: an error of the server is said in the page's language, with what it tells")
    func errors() async throws {
      try await withPages(["--language", "de"]) { service, browser in
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Verbunden")
        // As long as the field allows, and longer than the server does.
        try await browser.type(String(repeating: "ا", count: 300), into: "#line")
        try await browser.press("Enter")
        try await browser.wait(for: "#notice", toSay: "Ein Text hat 600 Bytes in UTF-8")
        _ = try browser.run("document.getElementById('more').open = true")
        let list = "document.getElementById('preparedText').value = 'Tea?\\n\\nTea? | a | a'"
        _ = try browser.run(
          "document.getElementById('preparedCard').open = true; \(list);"
            + "document.querySelector('#preparedCard form').requestSubmit()")
        try await browser.wait(for: "#notice", toSay: "Zeile 3: Zwei der Antworten")
      }
    }
  }
}

extension Words {
  fileprivate var stateConnected: String { constants["state.connected"] ?? "" }
  fileprivate var recordOpened: String { constants["record.opened"] ?? "" }
}
