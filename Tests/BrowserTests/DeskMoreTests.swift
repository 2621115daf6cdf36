import Foundation
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

extension BrowserTests {
  /// What a host needs now and then, beside the one big button.
  @Suite("What is behind “More” on the desk")
  struct DeskMoreTests {
    @Test("desk: keys are for typing in a text field, and can be switched off")
    func keys() async throws {
      try await withPages { service, browser in
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        try await browser.press("/")
        try await browser.type("bhn", into: "#line")
        #expect(service.ballotBox.standing.room.stage == .result)
        #expect(service.ballotBox.snapshot.round?.isHidden == false)
        _ = try browser.run("document.activeElement.blur()")

        try await browser.press("?")
        try await browser.wait(for: "dialog", toSay: "Keys that work now")
        try await browser.click("dialog button")
        try await browser.click("#more > summary")
        try await browser.click("#deskCard > summary")
        try await eventually {
          try browser.run("return document.querySelector('#edit textarea').filled !== undefined")
            as? Bool == true
        }
        try await browser.click("#keysOn")
        try await browser.press("b")
        try await browser.click("[name=screen][value=join]")
        try await browser.wait(for: "#notice", toSay: "The screens show how to join")
        #expect(service.ballotBox.standing.record.count { $0.kind == .staged } == 1)
      }
    }

    @Test("desk: an open round's words change as a typo, or it is a new question")
    func edit() async throws {
      try await withPages(["--question", "Is it lihgt?"]) { service, browser in
        _ = try await service.ballotBox.cast(.yes)
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        try await browser.click("#more > summary")
        try await browser.click("#editCard > summary")
        for (words, button, rounds) in [
          ("Is it light?", "#edit button.onOpen", 1), ("Is it dark?", "#edit button.onRound", 2),
        ] {
          _ = try browser.run("document.querySelector('#edit textarea').value = ''")
          try await browser.type(words, into: "#edit textarea")
          try await browser.click(button)
          try await browser.wait(for: "#question", toSay: words)
          #expect(service.ballotBox.counts.count == rounds)
          _ = try browser.run("document.getElementById('editCard').open = true")
        }
        try await browser.wait(for: "#voted", toSay: "0")
        _ = try await service.ballotBox.perform(.close)
        try await browser.wait(
          for: "#edit .onOver", toSay: "Voting is closed, so the words of this")
      }
    }

    @Test("desk: who looks at hidden numbers sees them here, and the record says so")
    func peek() async throws {
      try await withPages { service, browser in
        _ = try await service.ballotBox.perform(
          .ask(Question("Is it light?"), isHidden: true, isDraft: false))
        _ = try await service.ballotBox.cast(.yes)
        _ = try await service.ballotBox.perform(.close)
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        try await browser.click(".peek summary")
        try await browser.click(".peek button")
        try await browser.wait(for: "#peeked", toSay: "Yes 1 (100%) · No 0 (0%)")
        #expect(service.ballotBox.standing.record.last?.kind == .peeked)
      }
    }

    @Test("desk: a phone is paired by a code, once")
    func pair() async throws {
      try await withPages(["--public-url", "http://vote.example/"]) { service, browser in
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        try await browser.click("#more > summary")
        try await browser.click("#deskCard > summary")
        try await browser.click("[formaction$=pair]")
        try await browser.wait(for: "#pairing a", toSay: "http://vote.example/desk#pair-")
        try await eventually {
          try browser.run("return document.querySelector('#pairing img').naturalWidth > 0") as? Bool
            == true
        }
        let address = try browser.text(of: "#pairing a")
        let code = try #require(address.split(separator: "#").last)

        try browser.deleteCookies()
        for words in ["Close voting", nil] {
          try browser.open(service.url("/"))
          try browser.open(service.url("/desk#\(code)"))
          if let words {
            try await browser.wait(for: "#next", toSay: words)
          } else {
            try await browser.wait(for: "#notice", toSay: "The desk opens with its key")
          }
          try browser.deleteCookies()
        }
      }
    }

    @Test("desk: the prepared list is moved by its buttons and edited as text")
    func preparedList() async throws {
      try await withPages { service, browser in
        _ = try await service.ballotBox.perform(
          .prepare([Question("One | two?"), Question("هل نبدأ؟", abstainLabel: "امتناع")]))
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        try await browser.click("#more > summary")
        try await browser.click("#preparedCard > summary")
        try await browser.wait(for: "#preparedCount", toSay: "2")
        try await browser.click("#prepared li:nth-child(2) .moves button")
        try await browser.wait(for: "#prepared li bdi", toSay: "هل نبدأ؟")
        var rest = service.ballotBox.standing.room.preparedRest
        #expect(rest.map(\.text) == ["هل نبدأ؟", "One | two?"])
        #expect(rest.first?.abstainLabel == "امتناع")

        _ = try browser.run("document.getElementById('preparedText').value = ''")
        try await browser.type("Is it dark? | Aye | Nay", into: "#preparedText")
        try await browser.click("#preparedCard form button")
        try await browser.wait(for: "#prepared li bdi", toSay: "Is it dark?")
        rest = service.ballotBox.standing.room.preparedRest
        #expect(rest.map(\.yesLabel) == ["Aye"])
      }
    }

    @Test(
      "desk: a round that was put away hidden is revealed from the archive, and shown on screens")
    func archive() async throws {
      try await withPages { service, browser in
        let box = service.ballotBox
        _ = try await box.perform(.hide)
        _ = try await box.cast(.yes)
        _ = try await box.perform(.ask(Question("Next?"), isHidden: false, isDraft: false))
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        try await browser.click("#more > summary")
        try await browser.click("#archiveCard > summary")
        try await browser.wait(for: "#round1 summary", toSay: "Numbers hidden")
        #expect(try browser.text(of: "#round1").contains("Voted: 1"))
        try await browser.click("#round1 summary")
        try await browser.click("#round1 details button")
        try await browser.wait(for: "#round1 p:nth-of-type(3)", toSay: "Yes 1 (100%) · No 0 (0%)")
        try await browser.click("#round1 > p:last-child button")
        try await browser.wait(
          for: ".onArchived", toSay: "The screens show, until the next step, round 1")
        #expect(box.standing.room.shownRound == 1)
      }
    }
  }
}
