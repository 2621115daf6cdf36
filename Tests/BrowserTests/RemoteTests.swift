import Foundation
import HTTPServer
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

extension BrowserTests {
  /// A clicker reaches the window in front, and that is the results page.
  @Suite("The host's keys on the results page")
  struct RemoteTests {
    @Test("host's keys: with the desk's cookie a clicker leads through a round")
    func steps() async throws {
      try await withHost { service, browser in
        let room = { service.ballotBox.snapshot.room }
        try await press("PageDown", in: browser) { room().round?.phase == .closed }
        try await press("PageUp", in: browser) { room().round?.phase == .open }
        try await press("h", in: browser) { room().round?.isHidden == true }
        try await press("h", in: browser) { room().round?.isHidden == false }
        try await press("t", in: browser) { room().round?.closesAt != nil }
        try await browser.wait(for: "#time", toSay: "0:")
        try await press("a", in: browser) { room().round?.number == 2 }
      }
    }

    @Test("host's keys: black and back, and F5 is the join screen and does not reload the page")
    func stages() async throws {
      try await withHost { service, browser in
        let stage = { service.ballotBox.snapshot.room.stage }
        _ = try browser.run("window.isSame = true")
        for (key, screen) in [
          ("F5", Stage.join), ("F5", .result), (".", .black), ("b", .result), ("j", .join),
        ] {
          try await press(key, in: browser) { stage() == screen }
          let view = screen == .result ? "numbers" : screen.rawValue
          try await eventually {
            try browser.run("return document.body.dataset.view") as? String == view
          }
        }
        #expect(try browser.run("return window.isSame") as? Bool == true)
      }
    }

    @Test("host's keys: what another desk did meanwhile is what the next key is decided on")
    func otherDesk() async throws {
      try await withHost { service, browser in
        let room = { service.ballotBox.snapshot.room }
        try await press(".", in: browser) { room().stage == .black }
        try await service.ballotBox.perform(.stage(.result))
        try await service.ballotBox.perform(.close)
        try await browser.wait(for: "#phase", toSay: "Voting is closed")
        // Where the key came before the news, it did nothing.
        try await eventually {
          try await browser.press(".")
          return room().stage == .black
        }
        #expect(service.ballotBox.snapshot.round?.phase == .closed)
      }
    }

    @Test("host's keys: the list has those that work now, and any key closes it")
    func list() async throws {
      try await withHost { service, browser in
        try await browser.press("?")
        try await browser.wait(for: "#keys dd", toSay: "Close voting")
        try await browser.press("PageDown")
        try await eventually { try browser.isVisible("#keys") == false }
        #expect(service.ballotBox.snapshot.round?.isOpen == true)
      }
    }

    @Test("host's keys: where there is nothing to do next, the page says so")
    func refused() async throws {
      try await withHost { service, browser in
        try await service.ballotBox.perform(.close)
        try await browser.wait(for: "#phase", toSay: "Voting is closed")
        try await browser.press("PageDown")
        try await eventually { try browser.isVisible("#told") }
        #expect(service.ballotBox.snapshot.round?.phase == .closed)
      }
    }

    @Test("host's keys: without the cookie nothing happens")
    func stranger() async throws {
      try await withPages { service, browser in
        try browser.open(service.url("/result"))
        try await browser.wait(for: "#state", toSay: "Connected")
        let version = service.ballotBox.snapshot.room.version
        for key in ["PageDown", ".", "h", "a", "?"] { try await browser.press(key) }
        // It has asked, and was told no.
        try await eventually {
          try browser.run(
            """
            return performance.getEntriesByType("resource")
              .some(({ name, responseEnd }) => name.endsWith("/desk/state.json") && responseEnd);
            """) as? Bool == true
        }
        for key in ["PageDown", "."] { try await browser.press(key) }
        _ = try Client(port: service.server.port).get("/vote?yes=true")
        try await browser.wait(for: "#yesCount", toSay: "1")
        #expect(service.ballotBox.snapshot.room.version == version)
        // F5 is the browser's own.
        _ = try browser.run("window.isSame = true")
        try await browser.press("F5")
        try await eventually { try browser.run("return !window.isSame") as? Bool == true }
      }
    }

    /// Presses a key and waits for what it does, and until the page knows that it was done.
    private func press(
      _ key: String, in browser: Browser, until isDone: () -> Bool
    ) async throws {
      try await browser.press(key)
      try await eventually {
        try isDone()
          && browser.run("return !document.body.hasAttribute('data-busy')") as? Bool == true
      }
    }

    /// With the results page in a browser that has the desk's cookie.
    private func withHost(
      _ body: (Service, Browser) async throws -> Void
    ) async throws {
      try await withPages { service, browser in
        try browser.keepMessages()
        try browser.open(service.url("/result"))
        try await browser.wait(for: "#state", toSay: "Connected")
        let key = DeskKey(service.ballotBox.deskKey).text
        let status = try browser.run(
          """
          const body = new URLSearchParams({ key: "\(key)" });
          const headers = { Accept: "application/json" };
          return fetch("desk/session", { method: "POST", headers, body }).then((it) => it.status);
          """)
        #expect(status as? Int == 200)
        try await body(service, browser)
      }
    }
  }
}
