import Foundation
import HTTPServer
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
        // Also for who is in already.
        try browser.open(URL(string: "about:blank")!)
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        #expect(try browser.run("return location.href") as? String == "\(service.url("/desk"))")
      }
    }

    @Test("desk: a key that is typed opens it, a wrong one gets words")
    func typedKey() async throws {
      try await withPages { service, browser in
        try browser.open(service.url("/desk"))
        try await browser.type("not the key at all", into: "#key")
        try await browser.click("form button")
        try await browser.wait(for: "#notice", toSay: "The desk opens with its key")
        _ = try browser.run("document.querySelector('#key').value = ''")
        try await browser.type(service.desk.gate.key.text, into: "#key")
        try await browser.click("form button")
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
        try await browser.type("Is it light?", into: "#line")
        try await browser.press("Enter")
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
        // However long the machine takes, the second press comes in time for a double press.
        _ = try browser.run(
          """
          const next = document.getElementById("next");
          const { performance } = window;
          const now = performance.now();
          performance.now = () => now;
          next.click();
          performance.now = () => now + 699;
          next.click();
          delete performance.now;
          """)
        try await browser.wait(for: "#next", toSay: "Reveal the result")
        #expect(service.ballotBox.snapshot.round?.phase == .closed)
        try await eventually {
          try await browser.press("PageDown")
          return service.ballotBox.snapshot.round?.phase == .revealed
        }
        try await browser.press("PageDown")
        #expect(service.ballotBox.snapshot.round?.phase == .revealed)
      }
    }

    @Test("desk: each step says its name and can be taken back where it says it")
    func toast() async throws {
      try await withPages { service, browser in
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        try await browser.press("b")
        try await browser.wait(for: "#notice", toSay: "The screens are black")
        try await browser.click("#takeBack")
        try await browser.wait(for: "#notice", toSay: "The screens show the result")
        try await browser.press("h")
        try await browser.wait(for: "#notice", toSay: "Numbers hidden")
        try await browser.click("#takeBack")
        try await browser.wait(for: "#notice", toSay: "Numbers shown")
        #expect(service.ballotBox.snapshot.round?.isHidden == false)
        try await browser.click("#undo")
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
            .then(({ isQuiet, isStale }) => (window.said = `${isQuiet} ${isStale}`));
          """)
        #expect(try browser.run("return window.said") as? String == "true true")
        try await browser.wait(for: "#undo", toSay: "Undo closing")
        #expect(service.ballotBox.snapshot.round?.isHidden == false)
      }
    }

    @Test("desk: without the server a press does nothing, says so, and what is typed stays")
    func offline() async throws {
      try await withPages { service, browser in
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        // A stream that was open may go on, and then both are soon gone again.
        for words in ["#offline", "#notice"] { try browser.noteTexts(of: words) }
        try browser.setOffline(true)
        try await browser.wait(for: "#offline", toHaveSaid: "No connection.")
        try await browser.type("Is it light?", into: "#line")
        try await browser.press("Enter")
        try await browser.wait(for: "#notice", toHaveSaid: "No answer from the server.")
        #expect(
          try browser.run("return document.getElementById('line').value") as? String
            == "Is it light?")
        try browser.setOffline(false)
        try await browser.wait(for: "#state", toSay: "Connected")
        #expect(service.ballotBox.counts.count == 1)
        // Nothing was done meanwhile, but the server is heard again.
        try await eventually { try browser.text(of: "#notice").isEmpty }
      }
    }

    @Test("desk: before a close it says how many phones have just gone, also after a quiet time")
    func reconnecting() async throws {
      try await withPages { service, browser in
        func phone() throws -> Client {
          let client = try Client(port: service.server.port)
          try client.send("GET /stream?as=phone HTTP/1.1\r\nHost: test\r\n\r\n")
          _ = try client.head()
          return client
        }
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        // Only now, so that the page's script has seen them come.
        var phones = try [phone(), phone(), phone()]
        try await browser.wait(for: "#phones", toSay: "3")
        _ = try browser.run("const { now } = window.Date; window.Date.now = () => now() + 60_000;")
        for phone in phones { phone.reset() }
        try await browser.wait(for: "#reconnecting", toSay: "Phones that are reconnecting: 3.")
        phones = try [phone(), phone()]
        try await browser.wait(for: "#reconnecting", toSay: "Phones that are reconnecting: 1.")
        phones.append(try phone())
        try await eventually { try browser.text(of: "#reconnecting").isEmpty }
        phones[0].reset()
        try await browser.wait(for: "#reconnecting", toSay: "Phones that are reconnecting: 1.")
        _ = try browser.run("const { now } = window.Date; window.Date.now = () => now() + 60_000;")
        try await eventually { try browser.text(of: "#reconnecting").isEmpty }
        withExtendedLifetime(phones) {}
      }
    }

    @Test("desk: a countdown shows the time that is left, gets more, and is cancelled")
    func countdown() async throws {
      try await withPages { service, browser in
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        try await browser.click("[name=seconds][value='60']")
        try await browser.wait(for: "#timeLeft", toSay: "0:")
        try await browser.click("[name=add]")
        try await browser.wait(for: "#timeLeft", toSay: "1:")
        _ = try await service.ballotBox.perform(.countdown(.start(seconds: 600)))
        try await browser.wait(for: "#timeLeft", toSay: "9:")
        try await browser.click("[name=add]")
        try await browser.wait(for: "#notice", toSay: "Ten minutes are left, the most")
        try await browser.click("[name=seconds][value='0']")
        try await eventually { try browser.text(of: "#timeLeft") == "" }
        #expect(service.ballotBox.snapshot.round?.isOpen == true)
      }
    }

    @Test("desk: without JavaScript the forms do the same steps")
    func withoutJavaScript() async throws {
      try await withPages { service, browser in
        try browser.setScripts(areOn: false)
        try browser.resize(width: 1280, height: 720)
        try browser.open(service.url("/desk"))
        try await browser.type(service.desk.gate.key.text, into: "#key")
        try await browser.click("form button")
        try await browser.wait(for: "#next", toSay: "Close voting")
        try await browser.click("#next")
        try await browser.wait(for: ".phase strong", toSay: "Voting is closed")
        try await browser.type("Is it light?", into: "#line")
        try await browser.click(".ask .line button")
        try await browser.wait(for: "h1", toSay: "Is it light?")
        try await browser.click("[name=screen][value=black]")
        try await eventually { service.ballotBox.standing.room.stage == .black }
        // What is behind “More”, too.
        _ = try await service.ballotBox.perform(
          .ask(Question("Is it dark?"), isHidden: true, isDraft: false))
        _ = try await service.ballotBox.cast(.yes)
        _ = try await service.ballotBox.perform(.close)
        try browser.reload()
        try await browser.click(".peek summary")
        try await browser.click(".peek button")
        try await browser.wait(
          for: "#notice", toSay: "Round 3: \u{2068}Yes\u{2069} 1 · \u{2068}No\u{2069} 0")
        try await browser.click("#more > summary")
        try await browser.click("noscript a")
        try await browser.click("#archive [formaction$=show]")
        try await browser.wait(
          for: ".onArchived", toSay: "The screens show, until the next step, round 2")
        try await browser.click("#more > summary")
        try await browser.click("noscript a")
        try await browser.wait(for: "#record li", toSay: "20")
        #expect(try browser.text(of: "#record li").hasSuffix("An earlier round on the screens"))
      }
    }
  }
}
