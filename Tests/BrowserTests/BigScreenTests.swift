import EventLoop
import Foundation
import HTTPServer
import ServerSentEvents
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

extension BrowserTests {
  /// What the host does, as the room sees it on the projector.
  @Suite("The big screen")
  struct BigScreenTests {
    @Test("big screen: a hidden round shows its turnout alone, and its numbers once revealed")
    func hidden() async throws {
      try await withScreen { service, browser in
        let box = service.ballotBox
        try await box.perform(.ask(Question("Hidden?"), isHidden: true, isDraft: false))
        try await browser.wait(for: "h1", toSay: "Hidden?")
        for choice in [Choice.yes, .yes, .no] { _ = try await box.cast(choice) }
        try await browser.wait(for: "#turnout", toSay: "Voted\n3")
        try await browser.wait(for: "#word", toSay: "The result comes after the vote.")
        #expect(try browser.isVisible(".percent") == false)

        try await box.perform(.close)
        try await browser.wait(for: "#word", toSay: "Closed.")
        #expect(try browser.text(of: "#turnout").contains("Voted\n3"))
        #expect(try browser.isVisible(".percent") == false)

        try await box.perform(.reveal())
        try await browser.wait(for: "#phase", toSay: "The result")
        try await browser.wait(for: ".yes .percent", toSay: "67%")
        #expect(try browser.text(of: "#noCount") == "1")

        try await box.perform(.hide)
        try await browser.wait(for: "#word", toSay: "Closed.")
        #expect(try browser.isVisible(".percent") == false)
        // A page that is opened now says the same, also without its script.
        try browser.setScripts(areOn: false)
        try browser.open(service.url("/result"))
        #expect(try browser.text(of: "#turnout").contains("Voted\n3"))
        #expect(try browser.isVisible(".percent") == false)
      }
    }

    @Test("big screen: abstentions are counted beside, and have no share")
    func abstentions() async throws {
      try await withScreen { service, browser in
        let question = Question("Tea?", abstainLabel: "No opinion")
        try await service.ballotBox.perform(.ask(question, isHidden: false, isDraft: false))
        try await browser.wait(for: "section.abstain", toSay: "No opinion")
        _ = try browser.openTab()
        try browser.open(service.url("/"))
        try await browser.click("button.abstain")
        try await browser.wait(for: "#notice", toSay: "Counted: No opinion")
        for choice in [Choice.yes, .yes, .yes, .no] {
          _ = try await service.ballotBox.cast(choice)
        }
        try browser.open(service.url("/result"))
        try await browser.wait(for: "#total", toSay: "5")
        #expect(try browser.text(of: "#abstainCount") == "1")
        #expect(try browser.text(of: ".yes .percent") == "75%")
        #expect(service.ballotBox.snapshot.tally == Tally(yes: 3, no: 1, abstain: 1))
      }
    }

    @Test("big screen: the host shows how to join, nothing, and an earlier round, and goes back")
    func stages() async throws {
      try await withScreen { service, browser in
        let box = service.ballotBox
        for choice in [Choice.yes, .no, .no, .no] { _ = try await box.cast(choice) }
        try await box.perform(.stage(.join))
        try await browser.wait(for: "#join .address", toSay: "127.0.0.1:\(service.server.port)")
        #expect(try browser.isVisible(".percent") == false)
        try await box.perform(.stage(.black))
        try await eventually {
          try browser.run("return getComputedStyle(document.body).backgroundColor") as? String
            == "rgb(0, 0, 0)"
        }
        #expect(try browser.isVisible("h1") == false)
        try await box.perform(.stage(.result))
        try await browser.wait(for: ".yes .percent", toSay: "25%")

        try await box.perform(.ask(Question("Now?"), isHidden: true, isDraft: false))
        try await browser.wait(for: "h1", toSay: "Now?")
        try await box.perform(.show(round: 1))
        try await browser.wait(for: "#phase", toSay: "An earlier result")
        try await browser.wait(for: ".yes .percent", toSay: "25%")
        // The present round goes on and is not to be seen.
        _ = try await box.cast(.yes)
        try browser.reload()
        try await browser.wait(for: "#state", toSay: "Connected")
        #expect(try browser.text(of: ".yes .percent") == "25%")
        try await box.perform(.show(round: nil))
        try await browser.wait(for: "h1", toSay: "Now?")
        try await browser.wait(for: "#turnout", toSay: "Voted\n1")
      }
    }

    @Test("big screen: another address that the host chooses is on it at once, with its code")
    func address() async throws {
      try await withScreen { service, browser in
        try await service.ballotBox.perform(.stage(.join))
        try await browser.wait(for: "#join .address", toSay: "127.0.0.1:")
        let code = """
          return fetch(document.querySelector("#join > .code").src).then((reply) => reply.text());
          """
        let first = try browser.run(code) as? String
        try await service.ballotBox.perform(.address("http://192.168.1.20:3000/"))
        try await browser.wait(for: "#join .address", toSay: "192.168.1.20:3000")
        let second = try browser.run(code) as? String
        #expect(first?.hasPrefix("<svg") == true && second?.hasPrefix("<svg") == true)
        #expect(first != second)
        try browser.reload()
        #expect(try browser.text(of: "#join .address") == "192.168.1.20:3000")
      }
    }

    @Test("big screen: the bars of a result that is revealed end where their numbers say")
    func reveal() async throws {
      try await withScreen { service, browser in
        let box = service.ballotBox
        try await box.perform(.ask(Question("Hidden?"), isHidden: true, isDraft: false))
        for choice in [Choice.yes, .no, .no, .no] { _ = try await box.cast(choice) }
        try await box.perform(.close)
        try await browser.wait(for: "#word", toSay: "Closed.")
        try await box.perform(.reveal())
        try await browser.wait(for: ".no .percent", toSay: "75%")
        try await eventually {
          try browser.run(
            """
            const length = (name) => document.querySelector(`.no .${name}`).getBoundingClientRect().width;
            return Math.abs(length("share") / length("ground") - .75) < .001
              && !document.body.dataset.reveal;
            """) as? Bool == true
        }
      }
    }

    @Test("big screen: a countdown runs to zero, and then the last votes are counted")
    func countdown() async throws {
      try await withScreen { service, browser in
        let screen = try browser.currentTab()
        try browser.noteTexts(of: "#time")
        let phone = try browser.openTab()
        try browser.open(service.url("/"))
        try await browser.wait(for: "#state", toSay: "Connected")
        try browser.noteTexts(of: "#time")
        try await service.ballotBox.perform(.countdown(.start(seconds: 10)))
        // The close waits until the test has looked.
        let hasLooked = DispatchSemaphore(value: 0)
        service.ledgerThread.execute { hasLooked.wait() }
        do {
          defer { hasLooked.signal() }
          for tab in [phone, screen] {
            try browser.select(tab)
            try await browser.wait(for: "#time", toSay: "Counting the last votes…")
            try await browser.wait(for: "#time", toHaveSaid: "0:0")
          }
          #expect(service.ballotBox.snapshot.round?.isOpen == true)
          try browser.select(phone)
          #expect(
            try browser.run("return document.querySelector('.yes').disabled") as? Bool == true)
        }
        try await browser.wait(for: "#notice", toSay: "Closed.")
        try browser.select(screen)
        try await browser.wait(for: "#phase", toSay: "Voting is closed")
        #expect(try browser.isVisible("#time") == false)
      }
    }

    @Test("big screen: who comes into a countdown sees the time that is left")
    func late() async throws {
      try await withScreen { service, browser in
        // As a page that was loaded long ago, or on a machine whose clock is wrong.
        try browser.runAtStart(
          "const { now } = window.Date; window.Date.now = () => now() - 3_600_000;")
        try await service.ballotBox.perform(.countdown(.start(seconds: 100)))
        try browser.open(service.url("/result"))
        try await browser.wait(for: "#time", toSay: "1:")
      }
    }

    @Test("big screen: as an overlay it is transparent, with bars and turnout alone")
    func overlay() async throws {
      try await withPages { service, browser in
        _ = try await service.ballotBox.cast(.yes)
        for side in ["", "&side=left", "&side=right"] {
          try browser.open(service.url("/result?overlay\(side)"))
          try await browser.wait(for: ".yes .percent", toSay: "100%")
          try await browser.wait(for: "#total", toSay: "1")
          let backgrounds = try browser.run(
            """
            return [document.documentElement, document.body].map((element) =>
              getComputedStyle(element).backgroundColor).join(" ");
            """)
          #expect(backgrounds as? String == "rgba(0, 0, 0, 0) rgba(0, 0, 0, 0)")
          for hidden in ["h1", "#phase", "#state", "footer a", "#join"] {
            #expect(try browser.isVisible(hidden) == false, "\(hidden)")
          }
        }
        try await service.ballotBox.perform(.stage(.black))
        try await eventually { try browser.isVisible(".percent") == false }
      }
    }

    @Test("big screen: the host's line is on it and on phones, until it is taken back")
    func announcement() async throws {
      try await withScreen { service, browser in
        let line = "نعود بعد الغداء <b>14:30</b>"
        try await service.ballotBox.perform(.say(line))
        for path in ["/result", "/"] {
          try browser.open(service.url(path))
          #expect(try browser.text(of: "#say") == line)
          try await browser.wait(for: "#state", toSay: "Connected")
          #expect(try browser.text(of: "#say") == line)
        }
        try await service.ballotBox.perform(.say(""))
        try await eventually { try browser.isVisible("#say") == false }
      }
    }

    @Test("big screen: a browser with a voting page among its tabs is one phone")
    func phones() async throws {
      try await withScreen { service, browser in
        let phones = { service.audience.count(of: VotingSite.phones) }
        try await eventually { service.audience.count == 1 && phones() == 0 }
        let screen = try browser.currentTab()
        _ = try browser.openTab()
        try browser.open(service.url("/"))
        try await browser.wait(for: "#state", toSay: "Connected")
        try await eventually { service.audience.count == 1 && phones() == 1 }
        let voting = try browser.currentTab()
        // Another tab takes the stream over, and the browser is a phone still.
        try browser.select(screen)
        try browser.reload()
        try await browser.wait(for: "#state", toSay: "Connected")
        try await eventually { service.audience.count == 1 && phones() == 1 }
        try await browser.wait(for: "#phones", toSay: "1")
        try browser.select(voting)
        try browser.closeTab()
        try browser.select(screen)
        try await eventually { service.audience.count == 1 && phones() == 0 }
      }
    }

    /// With the results page of the program open and connected.
    private func withScreen(
      _ body: (Service, Browser) async throws -> Void
    ) async throws {
      try await withPages { service, browser in
        try browser.open(service.url("/result"))
        try await browser.wait(for: "#state", toSay: "Connected")
        try await body(service, browser)
      }
    }
  }
}
