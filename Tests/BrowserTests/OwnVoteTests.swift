import Foundation
import TestSupport
import Testing

@testable import ShowOfHands
@testable import Voting

extension BrowserTests {
  /// What the voting page says of the visitor's vote is what the ballot box has.
  @Suite("A voter's own vote")
  struct OwnVoteTests {
    private static let counted = "Counted: "

    @Test("own vote: it is shown after the result page and Back, as it was moved last")
    func back() async throws {
      try await withPages { service, browser in
        try browser.open(service.url("/"))
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: Self.counted + "Yes")
        try await browser.click("footer a")
        try await browser.wait(for: "#yesCount", toSay: "1")
        try browser.goBack()
        try await browser.wait(for: "#notice", toSay: Self.counted + "Yes")
        try browser.reload()
        try await browser.click("button.no")
        try await browser.wait(for: "#notice", toSay: Self.counted + "No")
        try await browser.click("footer a")
        try await browser.wait(for: "#noCount", toSay: "1")
        try browser.goBack()
        try await browser.wait(for: "#notice", toSay: Self.counted + "No")
        #expect(
          try browser.run("return document.querySelector('main').dataset.choice") as? String == "no"
        )
      }
    }

    @Test("own vote: a page that comes back from the browser's memory asks what the ballot says")
    func backFromMemory() async throws {
      try await withPages { service, browser in
        try browser.open(service.url("/"))
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: Self.counted + "Yes")
        // Its ballot moves without a word to the page, as from a tab that was closed since.
        _ = try browser.run(
          "return fetch('vote?yes=false').then((response) => response.text())")
        _ = try browser.run(
          "dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
        _ = try browser.run(
          "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
        try await browser.wait(for: "#notice", toSay: Self.counted + "No")
        try await browser.wait(for: "#state", toSay: "Connected")
      }
    }

    @Test("own vote: a vote moved in one tab is moved in the others")
    func tabs() async throws {
      try await withPages { service, browser in
        try browser.open(service.url("/"))
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: Self.counted + "Yes")
        let first = try browser.currentTab()
        _ = try browser.openTab()
        try browser.open(service.url("/"))
        try await browser.wait(for: "#notice", toSay: Self.counted + "Yes")
        try await browser.click("button.no")
        try await browser.wait(for: "#notice", toSay: Self.counted + "No")
        try browser.select(first)
        try await browser.wait(for: "#notice", toSay: Self.counted + "No")
      }
    }

    @Test("own vote: once voting is closed, the page says that and the vote that counts")
    func closed() async throws {
      try await withPages { service, browser in
        try browser.open(service.url("/"))
        try await browser.click("button.no")
        try await browser.wait(for: "#notice", toSay: Self.counted + "No")
        try await service.ballotBox.perform(.close)
        let both = "Closed. Your answer: No"
        try await browser.wait(for: "#notice", toSay: both)
        #expect(try browser.run("return document.querySelector('.yes').disabled") as? Bool == true)
        try browser.reload()
        try await browser.wait(for: "#notice", toSay: both)
        try await service.ballotBox.perform(.open)
        try await browser.wait(for: "#notice", toSay: "\(Self.counted)No")
        try await service.ballotBox.perform(.again)
        try await browser.wait(for: "button.no", toSay: "No")
        try await eventually { try browser.text(of: "#notice") == "" }
      }
    }

    @Test("own vote: an edit of the question keeps the vote that is counted")
    func edited() async throws {
      try await withPages { service, browser in
        try browser.open(service.url("/"))
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: Self.counted + "Yes")
        try await service.ballotBox.perform(
          .edit(Step.Edit(yesLabel: "Aye", noLabel: "Nay")))
        try await browser.wait(for: "#notice", toSay: Self.counted + "Aye")
      }
    }
  }

  /// A vote that the server has not acknowledged is kept, and never lost without a word.
  @Suite("A vote that waits")
  struct KeptVoteTests {
    let server: VotingServer

    init() async throws {
      server = try await VotingServer()
    }

    @Test("kept vote: the tab is closed, and the next one brings it to the server")
    func closedTab() async throws {
      try await Browser.run { browser in
        try await keep("yes", in: browser)
        let tab = try browser.currentTab()
        _ = try browser.openTab()
        let other = try browser.currentTab()
        try browser.select(tab)
        try browser.closeTab()
        try browser.select(other)
        try await server.start()
        try browser.open(server.url("/"))
        try await browser.wait(for: "#notice", toSay: "Counted: Yes")
        #expect(try server.result().yes == 1)
      }
    }

    @Test(
      "kept vote: it is not counted for another question, and the page says that it is too late")
    func otherQuestion() async throws {
      try await Browser.run { browser in
        try await keep("yes", in: browser)
        server.question = "Is it dark?"
        try await server.start()
        try await browser.wait(for: "#notice", toSay: Self.tooLate)
        #expect(try browser.text(of: "h1") == "Is it dark?")
        try browser.reload()
        try await browser.wait(for: "#notice", toSay: Self.tooLate)
        #expect(try server.result().yes == 0)
        try await browser.click("button.no")
        try await browser.wait(for: "#notice", toSay: "Counted: No")
      }
    }

    @Test("kept vote: all windows say that it is too late, for another question or a closed one")
    func windows() async throws {
      try await Browser.run { browser in
        try browser.open(server.url("/"))
        let first = try browser.currentTab()
        let second = try browser.openTab()
        try await keep("yes", in: browser)
        server.question = "Is it dark?"
        try await server.start()
        for window in [first, second] {
          try browser.select(window)
          try await browser.wait(for: "#notice", toSay: Self.tooLate)
        }
        // The next vote ends the matter everywhere.
        try await browser.click("button.no")
        for window in [first, second] {
          try browser.select(window)
          try await browser.wait(for: "#notice", toSay: "Counted: No")
        }
        try await keep("yes", in: browser)
        try Connection(server.database, .readWrite, busyTimeout: .zero)
          .execute("UPDATE rounds SET closed = opened WHERE closed IS NULL")
        try await server.start()
        for window in [first, second] {
          try browser.select(window)
          try await browser.wait(
            for: "#notice", toSay: "Closed. Your vote came too late, not counted.")
        }
      }
    }

    @Test("kept vote: another database with a round of the same number is another question too")
    func otherDatabase() async throws {
      try await Browser.run { browser in
        try await keep("yes", in: browser)
        try server.dropDatabase()
        server.question = "Is it dark?"
        try await server.start()
        try await browser.wait(for: "#notice", toSay: "Another question is asked now.")
        #expect(try server.result().yes == 0)
      }
    }

    @Test("kept vote: a ballot that a new database does not know is not said to be counted")
    func forgottenBallot() async throws {
      try await Browser.run { browser in
        try browser.open(server.url("/"))
        // Only who was connected hears that another server is there.
        try await browser.wait(for: "#state", toSay: "Connected")
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: "Counted: ")
        await server.kill()
        try server.dropDatabase()
        try await server.start()
        try await eventually { try browser.text(of: "#notice") == "" }
        try await browser.click("button.no")
        try await browser.wait(for: "#notice", toSay: "Counted: No")
        let result = try server.result()
        #expect(result.yes == 0 && result.no == 1)
      }
    }

    @Test("own vote: when the host takes the next question back, the phone shows its answer again")
    func earlierRound() async throws {
      try await withPages { service, browser in
        let box = service.ballotBox
        try browser.open(service.url("/"))
        try await browser.vote("Yes")
        try await box.perform(.ask(Question("Tea?"), isHidden: false, isDraft: false))
        try await browser.wait(for: "h1", toSay: "Tea?")
        #expect(try browser.text(of: "#notice") == "")
        try await box.perform(.undo)
        try await browser.wait(for: "#notice", toSay: "Closed. Your answer: Yes")
      }
    }

    @Test("kept vote: a round trip longer than the first attempt counts, with words that agree")
    func slowRoundTrip() async throws {
      try await Browser.run { browser in
        try browser.open(server.url("/"))
        try await browser.wait(for: "#state", toSay: "Connected")
        try browser.setLatency(milliseconds: 5600)
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: "Sending…")
        try await browser.wait(for: "#notice", toSay: "Sending… Your vote is kept here")
        try await browser.wait(for: "#notice", toSay: "Counted: Yes")
        #expect(try browser.text(of: "#state") == "Connected")
        let attempts = try browser.run(
          """
          return performance.getEntriesByType("resource")
            .filter(({ name }) => name.endsWith("/vote")).length;
          """)
        #expect(try #require(attempts as? Int) <= 2)
      }
    }

    private static let tooLate =
      "Another question is asked now. Your vote came too late, not counted."

    /// Presses a button while the server is away.
    private func keep(_ answer: String, in browser: Browser) async throws {
      try browser.open(server.url("/"))
      try await browser.wait(for: "#state", toSay: "Connected")
      await server.kill()
      try await browser.click("button.\(answer)")
      try await browser.wait(for: "#notice", toSay: "No connection. Your vote is kept here")
    }
  }
}
