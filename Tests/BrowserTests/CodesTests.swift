import Foundation
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

extension BrowserTests {
  /// Cards, phones that hold their codes, and what is typed.
  @Suite("Votes with codes")
  struct CodesTests {
    private func withCodes(
      _ arguments: [String] = [], refusesCookies: Bool = false,
      _ body: (Service, Browser, [VotingCode]) async throws -> Void
    ) async throws {
      let all = ["--ballots", "codes"] + arguments
      try await withPages(all, refusesCookies: refusesCookies) { service, browser in
        try await service.ballotBox.perform(.codes(count: 3, replaces: false))
        try await body(service, browser, service.ballotBox.codes(0..<3))
      }
    }

    private static let field = "[name=code]:not([type=hidden])"
    private static let use = "input[type=submit]"

    @Test("codes: a card is scanned, its phone votes, and sees the vote again after a reload")
    func scan() async throws {
      try await withCodes { service, browser, codes in
        try browser.open(service.url("/C/\(codes[0])"))
        #expect(try browser.run("return location.pathname") as? String == "/")
        try await browser.wait(for: "[data-code]", toSay: codes[0].grouped)
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: "Counted: Yes")
        try browser.reload()
        try await browser.wait(for: "#notice", toSay: "Counted: Yes")
        try await browser.click("button.no")
        try await browser.wait(for: "#notice", toSay: "Counted: No")
        #expect(await service.ballotBox.ballot(of: codes[0])?.choice == .no)
        #expect(service.ballotBox.snapshot.tally.total == 1)
        #expect(try browser.log().isEmpty)
      }
    }

    @Test("codes: one is typed; a vote without it and a wrong one are told, and nothing is counted")
    func typing() async throws {
      try await withCodes { service, browser, codes in
        try browser.open(service.url("/"))
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: "A vote needs the code of a card here")
        try await browser.type("abcdefg0", into: Self.field)
        try await browser.wait(for: ".problem", toSay: "There is no such code")
        #expect(service.ballotBox.snapshot.tally.total == 0)
        _ = try browser.run("document.querySelector('\(Self.field)').value = ''")
        try await browser.type(codes[1].grouped.lowercased(), into: Self.field)
        try await browser.wait(for: "[data-code]", toSay: codes[1].grouped)
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: "Counted: Yes")
        #expect(await service.ballotBox.ballot(of: codes[1])?.choice == .yes)
      }
    }

    @Test("codes: a vote that was lost on its way is sent again, whatever its code begins with")
    func lostOnItsWay() async throws {
      try await withCodes { service, browser, _ in
        try await service.ballotBox.perform(.codes(count: 200, replaces: false))
        let code = service.ballotBox.codes(0..<203).first { "\($0)".first?.isNumber == true }
        try browser.open(service.url("/C/\(try #require(code))"))
        try await browser.wait(for: "#state", toSay: "Connected")
        _ = try browser.run(
          """
          const { fetch } = window;
          window.fetch = async (address, options) => {
            if (options?.method !== "POST") return fetch(address, options);
            window.fetch = fetch;
            throw new TypeError();
          };
          """)
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: "Counted: Yes")
        #expect(service.ballotBox.snapshot.tally.total == 1)
      }
    }

    @Test("codes: a phone with two votes by each, and shows what each has voted")
    func two() async throws {
      try await withCodes { service, browser, codes in
        try browser.open(service.url("/C/\(codes[0])"))
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: "Counted: Yes")
        try await browser.click(".codes summary")
        try await browser.type("\(codes[1])", into: "[name=another]")
        try await browser.wait(for: "[aria-current]", toSay: codes[1].grouped)
        // The other card's vote is shown with that card alone.
        #expect(try browser.text(of: "#notice") == "")
        #expect(try browser.text(of: "[data-code='\(codes[0])'] .answer") == "Yes")
        try await browser.click("button.no")
        try await browser.wait(for: "#notice", toSay: "Counted: No")
        try await browser.wait(for: "[aria-current] .answer", toSay: "No")
        try await browser.click("[data-code='\(codes[0])'] a")
        try await browser.wait(for: "#notice", toSay: "Counted: Yes")
        try await browser.wait(for: "[data-code='\(codes[1])'] .answer", toSay: "No")
        #expect(service.ballotBox.snapshot.tally == Tally(yes: 1, no: 1))
        try await service.ballotBox.perform(.again)
        try await browser.wait(for: "#notice", toSay: "")
        _ = try await eventually("the answers to go") {
          try browser.run(
            "return [...document.querySelectorAll('.answer')].every(a => !a.textContent)")
            as? Bool == true ? true : nil
        }
      }
    }

    @Test("codes: two tabs with two cards each know their own")
    func tabs() async throws {
      try await withCodes { service, browser, codes in
        try browser.open(service.url("/C/\(codes[0])"))
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: "Counted: Yes")
        let first = try browser.currentTab()
        _ = try browser.openTab()
        try browser.open(service.url("/C/\(codes[1])"))
        try await browser.click("button.no")
        try await browser.wait(for: "#notice", toSay: "Counted: No")
        try browser.select(first)
        // It asks the server, whose page shows the other card first.
        _ = try browser.run(
          "dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));"
            + "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
        try await browser.wait(for: "#state", toSay: "Connected")
        try await browser.wait(for: "#notice", toSay: "Counted: Yes")
        try await browser.click("button.no")
        try await browser.wait(for: "#notice", toSay: "Counted: No")
        #expect(await service.ballotBox.ballot(of: codes[0])?.choice == .no)
      }
    }

    @Test("codes: without scripts, a code is typed, a wrong one told, and the vote is shown")
    func withoutScripts() async throws {
      try await withCodes { service, browser, codes in
        try browser.setScripts(areOn: false)
        try browser.open(service.url("/"))
        try await browser.type("ABCD EFG0", into: Self.field)
        try await browser.click(Self.use)
        try await browser.wait(for: ".problem", toSay: "There is no such code")
        try browser.open(service.url("/"))
        try await browser.type(codes[2].grouped, into: Self.field)
        try await browser.click(Self.use)
        try await browser.wait(for: "[data-code]", toSay: codes[2].grouped)
        try await browser.click("button.no")
        try await browser.wait(for: "#notice", toSay: "Counted: No")
        try await browser.click(".codes summary")
        try await browser.type(codes[1].grouped, into: "[name=another]")
        try await browser.click(Self.use)
        try await browser.wait(for: "[aria-current]", toSay: codes[1].grouped)
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: "Counted: Yes")
        #expect(service.ballotBox.snapshot.tally == Tally(yes: 1, no: 1))
      }
    }

    @Test("codes: a phone that keeps no cookies votes all the same, with what is typed")
    func withoutCookies() async throws {
      try await withCodes(refusesCookies: true) { service, browser, codes in
        try browser.open(service.url("/"))
        try await browser.type(codes[0].grouped, into: Self.field)
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: "Counted: Yes")
        try await browser.click("button.no")
        try await browser.wait(for: "#notice", toSay: "Counted: No")
        #expect(service.ballotBox.snapshot.tally == Tally(no: 1))
      }
    }

    @Test("codes: with two cards and a long question the page fits on a small phone")
    func small() async throws {
      try await withCodes(["--question", String(repeating: "Is it light? ", count: 12)]) {
        service, browser, codes in
        try browser.resize(width: 320, height: 568)
        for code in codes.prefix(2) { try browser.open(service.url("/C/\(code)")) }
        try await browser.waitUntilAllFits()
      }
    }

    @Test("codes: the desk makes cards, and counts codes issued and used")
    func desk() async throws {
      try await withCodes { service, browser, codes in
        try browser.open(service.url("/desk#\(service.desk.gate.key.text)"))
        try await browser.wait(for: "#codes", toSay: "Codes: 0 used of 3 issued")
        let desk = try browser.currentTab()
        _ = try browser.openTab()
        try browser.open(service.url("/desk/codes"))
        try await browser.type("13", into: "[name=count]")
        try await browser.click("button")
        try await browser.wait(for: ".card .address", toSay: "127.0.0.1")
        try await eventually {
          try browser.run("return document.querySelectorAll('.page').length") as? Int == 2
        }
        // Its style counts, though nothing else may run there.
        let columns = "return getComputedStyle(document.querySelector('.page')).display"
        #expect(try browser.run(columns) as? String == "grid")
        try browser.select(desk)
        try await browser.wait(for: "#codes", toSay: "Codes: 0 used of 16 issued")
        _ = try await service.ballotBox.cast(.yes, code: codes[0])
        try await browser.wait(for: "#codes", toSay: "Codes: 1 used of 16 issued")
      }
    }
  }
}
