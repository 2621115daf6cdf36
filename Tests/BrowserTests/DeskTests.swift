import Foundation
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

extension BrowserTests {
  /// The host runs the evening from this page.
  @Suite("The desk in a browser")
  struct DeskTests {
    @Test("desk: the key behind the # opens it, and is in the address no longer")
    func keyInAddress() async throws {
      try await withPages { service, browser in
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        #expect(try browser.run("return location.href") as? String == "\(service.url("/desk"))")
        try browser.reload()
        try await browser.wait(for: "#next", toSay: "Close voting")
      }
    }

    @Test("desk: a key that is typed opens it, a wrong one gets words")
    func typedKey() async throws {
      try await withPages { service, browser in
        try browser.open(service.url("/desk"))
        try browser.type("not the key at all", into: "#key")
        try browser.click("form button")
        try await browser.wait(for: "#notice", toSay: "The desk opens with its key")
        _ = try browser.run("document.querySelector('#key').value = ''")
        try browser.type(service.desk.gate.key.text, into: "#key")
        try browser.click("form button")
        try await browser.wait(for: "#next", toSay: "Close voting")
      }
    }

    @Test("desk: an evening with one button: ask, close, reveal, the next of the list")
    func oneButton() async throws {
      try await withPages { service, browser in
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        _ = try await service.ballotBox.perform(.prepare([Question("Is it dark?")]))
        _ = try browser.run("document.querySelector('[name=hidden][value=true]').checked = true")
        try browser.type("Is it light?", into: "#line")
        try browser.press("Enter")
        try await browser.wait(for: "#question", toSay: "Is it light?")
        #expect(try browser.run("return document.getElementById('line').value") as? String == "")
        _ = try await service.ballotBox.cast(.no)
        try await browser.wait(for: "#voted", toSay: "1")
        #expect(try browser.text(of: "main").contains("100") == false)

        try await browser.pressNext("Close voting")
        try await browser.wait(for: "#notice", toSay: "Voting is closed")
        try await browser.pressNext("Reveal the result")
        try await browser.wait(for: "#noPercent", toSay: "100")
        try await browser.pressNext("Next: Is it dark?")
        try await browser.wait(for: ".phase", toSay: "Draft: nobody sees it yet")
        try await browser.pressNext("Open voting")
        try await browser.wait(for: "#notice", toSay: "Voting is open")
        #expect(service.ballotBox.snapshot.round?.question.text == "Is it dark?")
      }
    }

    @Test("desk: a double press is one press, by button and by key")
    func doublePress() async throws {
      try await withPages { service, browser in
        _ = try await service.ballotBox.perform(
          .ask(Question("Is it light?"), isHidden: true, isDraft: false))
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        _ = try browser.run(
          """
          const next = document.getElementById("next");
          next.click();
          return new Promise((resume) => setTimeout(() => resume(next.click()), 150));
          """)
        try await browser.wait(for: "#next", toSay: "Reveal the result")
        #expect(service.ballotBox.snapshot.round?.phase == .closed)
        try await eventually {
          try browser.press("PageDown")
          return service.ballotBox.snapshot.round?.phase == .revealed
        }
        try browser.press("PageDown")
        #expect(service.ballotBox.snapshot.round?.phase == .revealed)
      }
    }

    @Test("desk: each step says its name and can be taken back where it says it")
    func toast() async throws {
      try await withPages { service, browser in
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        try browser.press("b")
        try await browser.wait(for: "#notice", toSay: "The screens are black")
        try browser.click("#takeBack")
        try await browser.wait(for: "#notice", toSay: "The screens show the result")
        try browser.press("h")
        try await browser.wait(for: "#notice", toSay: "Numbers hidden")
        try browser.click("#takeBack")
        try await browser.wait(for: "#notice", toSay: "Numbers shown")
        #expect(service.ballotBox.snapshot.round?.isHidden == false)
        try browser.click("#undo")
        try await browser.wait(for: "#notice", toSay: "Opening undone: it is a draft again")
      }
    }

    @Test("desk: what another desk does is shown here, with its name")
    func anotherDesk() async throws {
      try await withPages { service, browser in
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        _ = try await service.ballotBox.perform(.close)
        try await browser.wait(for: "#notice", toSay: "Voting is closed")
        #expect(try browser.text(of: "#undo") == "Undo closing")
      }
    }

    @Test("desk: a step decided on an older state does nothing, and what is so is said quietly")
    func stale() async throws {
      try await withPages { service, browser in
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        _ = try await service.ballotBox.perform(.close)
        _ = try browser.run(
          """
          return import("./desk-send.js").then(({ send }) => send("hide", { version: 0 }))
            .then(({ isQuiet, isStale }) => (globalThis.said = `${isQuiet} ${isStale}`));
          """)
        #expect(try browser.run("return said") as? String == "true true")
        try await browser.wait(for: "#undo", toSay: "Undo closing")
        #expect(service.ballotBox.snapshot.round?.isHidden == false)
      }
    }

    @Test("desk: without the server a press does nothing, says so, and what is typed stays")
    func offline() async throws {
      try await withPages { service, browser in
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        try browser.setOffline(true)
        try await browser.wait(for: "#offline", toSay: "No connection.")
        try browser.type("Is it light?", into: "#line")
        try browser.press("Enter")
        try await browser.wait(for: "#notice", toSay: "No answer from the server.")
        #expect(
          try browser.run("return document.getElementById('line').value") as? String
            == "Is it light?")
        try browser.setOffline(false)
        try await browser.wait(for: "#state", toSay: "Connected")
        #expect(service.ballotBox.counts.count == 1)
      }
    }

    @Test("desk: keys are for typing in a text field, and can be switched off")
    func keys() async throws {
      try await withPages { service, browser in
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        try browser.press("/")
        try browser.type("bhn", into: "#line")
        #expect(service.ballotBox.standing.room.stage == .result)
        #expect(service.ballotBox.snapshot.round?.isHidden == false)
        _ = try browser.run("document.activeElement.blur()")

        try browser.press("?")
        try await browser.wait(for: "dialog", toSay: "Keys that work now")
        try browser.click("dialog button")
        try browser.click("#more > summary")
        try browser.click("#deskCard > summary")
        try await eventually {
          try browser.run("return document.querySelector('#edit textarea').filled !== undefined")
            as? Bool == true
        }
        try browser.click("#keysOn")
        try browser.press("b")
        try browser.click("[name=screen][value=join]")
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
        try browser.click("#more > summary")
        try browser.click("#editCard > summary")
        for (words, button, rounds) in [
          ("Is it light?", "#edit button.onOpen", 1), ("Is it dark?", "#edit button.onRound", 2),
        ] {
          _ = try browser.run("document.querySelector('#edit textarea').value = ''")
          try browser.type(words, into: "#edit textarea")
          try browser.click(button)
          try await browser.wait(for: "#question", toSay: words)
          #expect(service.ballotBox.counts.count == rounds)
          _ = try browser.run("document.getElementById('editCard').open = true")
        }
        try await browser.wait(for: "#voted", toSay: "0")
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
        try browser.click(".peek summary")
        try browser.click(".peek button")
        try await browser.wait(for: "#peeked", toSay: "Yes 1 (100%) · No 0 (0%)")
        #expect(service.ballotBox.standing.record.last?.kind == .peeked)
      }
    }

    @Test("desk: the prepared list is moved by its buttons and edited as text")
    func preparedList() async throws {
      try await withPages { service, browser in
        _ = try await service.ballotBox.perform(
          .prepare([Question("One | two?"), Question("هل نبدأ؟", abstainLabel: "امتناع")]))
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        try browser.click("#more > summary")
        try browser.click("#preparedCard > summary")
        try await browser.wait(for: "#preparedCount", toSay: "2")
        try browser.click("#prepared li:nth-child(2) .moves button")
        try await browser.wait(for: "#prepared li bdi", toSay: "هل نبدأ؟")
        var rest = service.ballotBox.standing.room.preparedRest
        #expect(rest.map(\.text) == ["هل نبدأ؟", "One | two?"])
        #expect(rest.first?.abstainLabel == "امتناع")

        _ = try browser.run("document.getElementById('preparedText').value = ''")
        try browser.type("Is it dark? | Aye | Nay", into: "#preparedText")
        try browser.click("#preparedCard form button")
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
        try browser.click("#more > summary")
        try browser.click("#archiveCard > summary")
        try await browser.wait(for: "#round1 summary", toSay: "Numbers hidden")
        #expect(try browser.text(of: "#round1").contains("1 voted"))
        try browser.click("#round1 summary")
        try browser.click("#round1 details button")
        try await browser.wait(for: "#round1 p:nth-of-type(3)", toSay: "Yes 1 (100%) · No 0 (0%)")
        try browser.click("#round1 > p:last-child button")
        try await browser.wait(for: ".onArchived", toSay: "The screens show round 1")
        #expect(box.standing.room.shownRound == 1)
      }
    }

    @Test("desk: a countdown shows the time that is left, gets more, and is cancelled")
    func countdown() async throws {
      try await withPages { service, browser in
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        try browser.click("[name=seconds][value='60']")
        try await browser.wait(for: "#timeLeft", toSay: "0:5")
        try browser.click("[name=add]")
        try await browser.wait(for: "#timeLeft", toSay: "1:2")
        try browser.click("[name=seconds][value='0']")
        try await eventually { try browser.text(of: "#timeLeft") == "" }
        #expect(service.ballotBox.snapshot.round?.isOpen == true)
      }
    }

    @Test("desk: without JavaScript the forms do the same steps")
    func withoutJavaScript() async throws {
      try await withPages { service, browser in
        try browser.devTools("Emulation.setScriptExecutionDisabled", ["value": true])
        try browser.resize(width: 1280, height: 720)
        try browser.open(service.url("/desk"))
        try browser.type(service.desk.gate.key.text, into: "#key")
        try browser.click("form button")
        try await browser.wait(for: "#next", toSay: "Close voting")
        try browser.click("#next")
        try await browser.wait(for: ".phase strong", toSay: "Voting is closed")
        try browser.type("Is it light?", into: "#line")
        try browser.click(".ask .line button")
        try await browser.wait(for: "h1", toSay: "Is it light?")
        try browser.click("[name=screen][value=black]")
        try await eventually { service.ballotBox.standing.room.stage == .black }
      }
    }

    @Test("desk: its first load weighs less than 60 KB")
    func weight() async throws {
      try await withPages { service, browser in
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        let bytes = try browser.run(
          """
          const types = ["navigation", "resource"];
          const loaded = types.flatMap((type) => performance.getEntriesByType(type));
          return loaded.reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0);
          """)
        #expect(try #require(bytes as? Int) < 60 * 1024)
      }
    }

    @Test(
      "desk: on every screen nothing is cut off at the side, and the big button is in view",
      arguments: [
        String(repeating: "Should we move the meetings? ", count: 18).prefix(500).description,
        String(repeating: "W", count: 500), "هل يجب أن نبدأ؟",
      ])
    func layout(_ question: String) async throws {
      try await withPages(["--question", question]) { service, browser in
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        for (width, height) in [(320, 568), (390, 844), (1280, 720), (1920, 1080)] {
          try browser.resize(width: width, height: height)
          let fits = try browser.run(
            """
            const { bottom, right } = document.getElementById("next").getBoundingClientRect();
            const { scrollWidth, clientWidth } = document.documentElement;
            return scrollWidth <= clientWidth && bottom <= innerHeight && right <= innerWidth;
            """)
          #expect(fits as? Bool == true, "\(width)×\(height)")
        }
      }
    }

    @Test("desk: it draws no complaint from the browser, also with all that is behind “More”")
    func quietConsole() async throws {
      try await withPages { service, browser in
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        try browser.click("#more > summary")
        _ = try browser.run(
          "for (const card of document.querySelectorAll('details')) card.open = true")
        try await browser.wait(for: "#record li", toSay: "20")
        #expect(try browser.log().filter { !$0.contains("qr.svg") }.isEmpty)
      }
    }
  }
}

extension Browser {
  func openDesk(of service: Service) throws {
    try resize(width: 1280, height: 720)
    try open(service.url("/desk#\(service.desk.gate.key.text)"))
  }

  /// Presses the big button once it says this, and not so soon that it counts as a double press.
  func pressNext(_ label: String) async throws {
    try await wait(for: "#next", toSay: label)
    let before = try text(of: "#next")
    _ = try await eventually("“\(label)” to be done") {
      try click("#next")
      return try text(of: "#next") != before ? true : nil
    }
  }

  /// Types like a person, into what a click gives the focus to.
  func type(_ text: String, into selector: String) throws {
    try click(selector)
    try devTools("Input.insertText", ["text": text])
  }

  /// Presses a key of this name, or the one with this letter.
  func press(_ key: String) throws {
    let text = key == "Enter" ? "\r" : key.count == 1 ? key : ""
    try devTools("Input.dispatchKeyEvent", ["type": "keyDown", "key": key, "text": text])
    try devTools("Input.dispatchKeyEvent", ["type": "keyUp", "key": key])
  }

  func setOffline(_ isOffline: Bool) throws {
    try devTools("Network.enable", [:])
    try devTools(
      "Network.emulateNetworkConditions",
      ["offline": isOffline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1])
  }
}
