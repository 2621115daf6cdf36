import Foundation
import HTTPServer
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

extension BrowserTests {
  @Suite("The pages in a browser that refuses cookies")
  struct CookieTests {
    private static let warning = "Your browser keeps no cookies, so vote on this page only."

    @Test("cookies refused: presses on one page, and after a reload, are one ballot, with words")
    func script() async throws {
      try await withPages(refusesCookies: true) { service, browser in
        try browser.open(service.url("/"))
        try await browser.wait(for: "#notice", toSay: Self.warning)
        for (answer, label) in [("yes", "Yes"), ("no", "No"), ("yes", "Yes")] {
          try await browser.click("button.\(answer)")
          try await browser.wait(
            for: "#notice", toSay: "Counted: \(label). \(Self.warning)")
        }
        try browser.reload()
        try await browser.wait(for: "#notice", toSay: "Counted: Yes. ")
        try await browser.click("button.no")
        try await browser.wait(for: "#notice", toSay: "Counted: No. ")
        let tally = service.ballotBox.snapshot.tally
        #expect(tally.yes == 0 && tally.no == 1)
      }
    }

    @Test("cookies refused: without JavaScript one press counts, and the page takes no other")
    func form() async throws {
      try await withPages(refusesCookies: true) { service, browser in
        try browser.setScripts(areOn: false)
        try browser.open(service.url("/"))
        try await browser.click("button.yes")
        try await browser.wait(
          for: "#notice",
          toSay: "Counted: Yes. Your browser keeps no cookies")
        // What to know and where to go are on small screens too, where no script makes things fit.
        for (width, height) in [(320, 568), (568, 320)] {
          try browser.resize(width: width, height: height)
          let bottom = try browser.run(
            "return document.querySelector('footer a').getBoundingClientRect().bottom")
          #expect(try #require(bottom as? NSNumber).intValue <= height)
        }
        try await browser.click("button.no")
        try await browser.click("button.yes")
        #expect(service.ballotBox.snapshot.tally.total == 1)
      }
    }

    @Test("cookies refused: the desk says so, and not only asks for the key again")
    func desk() async throws {
      try await withPages(refusesCookies: true) { service, browser in
        try browser.openDesk(of: service)
        try await browser.wait(for: "#notice", toSay: "The key is right, but your browser")
      }
    }

    @Test("cookies refused: without JavaScript the desk says so too")
    func deskForm() async throws {
      try await withPages(refusesCookies: true) { service, browser in
        try browser.setScripts(areOn: false)
        try browser.open(service.url("/desk"))
        try await browser.type(service.desk.gate.key.text, into: "#key")
        try await browser.click("form button")
        try await browser.wait(for: "#notice", toSay: "The key is right, but your browser")
      }
    }

    @Test("cookies refused: the result page goes on, also where a channel between tabs is refused")
    func result() async throws {
      try await withPages(refusesCookies: true) { service, browser in
        try browser.open(service.url("/result"))
        try await browser.wait(for: "#state", toSay: "Connected")
        _ = try Client(port: service.server.port).get("/vote?yes=true")
        try await browser.wait(for: "#yesCount", toSay: "1")
      }
    }
  }
}
