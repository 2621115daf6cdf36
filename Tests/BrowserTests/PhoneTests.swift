import Foundation
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

extension BrowserTests {
  /// A round from its first second to its result, on the voting page.
  @Suite("The phone")
  struct PhoneTests {
    @Test("titles tell pages apart, and say what is asked now")
    func titles() async throws {
      try await withPages(["--question", "Is it light?"]) { service, browser in
        func title() throws -> String { try browser.run("return document.title") as? String ?? "" }
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        #expect(try title() == "Desk: Is it light?")
        for (path, page) in [("/result", "Result"), ("/", "Vote")] {
          try browser.open(service.url(path))
          try await browser.wait(for: "#state", toSay: "Connected")
          let question = service.ballotBox.snapshot.round?.question.text ?? ""
          #expect(try title() == "\(page): \(question)")
          _ = try await service.ballotBox.perform(
            .ask(Question("New at \(path)?"), isHidden: false, isDraft: false))
          try await eventually { try title() == "\(page): New at \(path)?" }
        }
      }
    }

    @Test("phone: a hidden round from the vote to the result, on a small phone without scrolling")
    func hidden() async throws {
      try await withPages { service, browser in
        let box = service.ballotBox
        let question = Question(
          "Should the club build a second boathouse on the north bank?", yesLabel: "Build it",
          noLabel: "Leave it", abstainLabel: "No opinion")
        try await box.perform(.ask(question, isHidden: true, isDraft: false))
        try browser.resize(width: 320, height: 568)
        try browser.open(service.url("/"))
        try await browser.wait(for: "#state", toSay: "Connected")
        #expect(try browser.text(of: ".secret").hasPrefix("Nobody sees the numbers now"))
        try await browser.click("button.yes")
        try await browser.wait(
          for: "#notice", toSay: "Counted: Build it. You can change it until it closes.")
        try await browser.waitUntilAllFits()

        for choice in [Choice.yes, .no, .abstain] { _ = try await box.cast(choice) }
        try await box.perform(.close)
        try await browser.wait(for: "#notice", toSay: "Closed. Your answer: Build it.")
        #expect(try browser.isVisible(".secret") == false)
        #expect(try browser.isVisible(".share") == false)
        try await browser.waitUntilAllFits()

        try await box.perform(.reveal())
        try await browser.wait(for: ".yes .share", toSay: "67% · 2")
        #expect(try browser.text(of: ".no .share") == "33% · 1")
        #expect(try browser.text(of: ".abstain .share") == "1")
        #expect(try browser.text(of: "#notice") == "Closed. Your answer: Build it.")
        try await browser.waitUntilAllFits()

        // What is open again looks as before.
        try await box.perform(.open)
        try await browser.wait(for: "#notice", toSay: "Counted: Build it.")
        #expect(try browser.isVisible(".share") == false)
      }
    }

    @Test("phone: one that stays open sees the result of every round, not of the first alone")
    func everyResult() async throws {
      try await withPages { service, browser in
        let box = service.ballotBox
        try browser.open(service.url("/"))
        try await browser.wait(for: "#state", toSay: "Connected")
        for words in ["Tea?", "Coffee?"] {
          try await box.perform(.ask(Question(words), isHidden: false, isDraft: false))
          try await browser.wait(for: "h1", toSay: words)
          #expect(try browser.isVisible(".share") == false)
          try await browser.click("button.yes")
          try await browser.wait(for: "#notice", toSay: "Counted: Yes")
          // Numbers that were there, were hidden, and come again.
          try await box.perform(.hide)
          try await box.perform(.close)
          try await browser.wait(for: "#notice", toSay: "Closed. Your answer: Yes.")
          #expect(try browser.isVisible(".share") == false)
          try await box.perform(.reveal())
          try await browser.wait(for: ".yes .share", toSay: "100% · 1")
        }
      }
    }

    @Test("phone: without a script the page says the state, the own answer and the result")
    func withoutScript() async throws {
      try await withPages { service, browser in
        let box = service.ballotBox
        try await box.perform(.ask(Question("Tea?"), isHidden: true, isDraft: false))
        try browser.setScripts(areOn: false)
        try browser.open(service.url("/"))
        try await browser.click("button.no")
        try await browser.wait(for: "#notice", toSay: "Counted: No. You can change it")
        try await box.perform(.close)
        try browser.reload()
        #expect(try browser.text(of: "#notice") == "Closed. Your answer: No.")
        try await box.perform(.reveal())
        try browser.reload()
        let notice = try browser.text(of: "#notice").filter { !"\u{2068}\u{2069}".contains($0) }
        #expect(notice == "Closed. Your answer: No. Yes 0% (0) · No 100% (1)")
      }
    }

    @Test("phone: after a press the focus is on the confirmation; after another tab's it is not")
    func focus() async throws {
      let focused = "return document.activeElement.id || document.activeElement.localName"
      try await withPages { service, browser in
        try browser.open(service.url("/"))
        try await browser.wait(for: "#state", toSay: "Connected")
        let first = try browser.currentTab()
        _ = try browser.openTab()
        try browser.open(service.url("/"))
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: "Counted: Yes")
        try await eventually { try browser.run(focused) as? String == "notice" }
        try browser.select(first)
        try await browser.wait(for: "#notice", toSay: "Counted: Yes")
        #expect(try browser.run(focused) as? String == "body")
      }
    }

    @Test("phone: the big screen goes black, and phones go on")
    func black() async throws {
      try await withPages { service, browser in
        try browser.open(service.url("/"))
        try await browser.wait(for: "#state", toSay: "Connected")
        try await service.ballotBox.perform(.stage(.black))
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: "Counted: Yes")
      }
    }
  }
}
