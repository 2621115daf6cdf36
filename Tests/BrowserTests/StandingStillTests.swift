import Foundation
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

extension BrowserTests {
  /// What an audience sees move that has no reason to, and what it cannot read.
  @Suite("What stands still, and what is large enough")
  struct StandingStillTests {
    private static let question = Question(
      "Shall we move the weekly meeting to Thursday?", yesLabel: "Move it to Thursday",
      noLabel: "Leave it where it is", abstainLabel: "No opinion")

    /// Where the question stands and how large it is.
    private static let place = """
      const { top, left, height } = document.querySelector("h1").getBoundingClientRect();
      return [top, left, height].map(Math.round).join(" ");
      """

    @Test(
      "layout: the question stays where it is when the time begins to run, and when the fingerprint and the numbers come",
      arguments: [(1280, 720, "en"), (1920, 1080, "ar"), (320, 568, "de")])
    func question(_ width: Int, _ height: Int, _ language: String) async throws {
      try await withPages(["--language", language]) { service, browser in
        let box = service.ballotBox
        try await box.perform(.ask(Self.question, isHidden: true, isDraft: false))
        for choice in [Choice.yes, .yes, .no] { _ = try await box.cast(choice) }
        try browser.resize(width: width, height: height)
        try browser.open(service.url("/result"))
        try await browser.wait(for: "#turnout .voted", toSay: "3")
        try await eventually {
          try browser.run("return document.querySelector('[data-state=connected]') !== null")
            as? Bool == true
        }
        let before = try browser.run(Self.place) as? String

        try await box.perform(.countdown(.start(seconds: 600)))
        try await eventually { try browser.isVisible("#time") }
        #expect(try browser.run(Self.place) as? String == before)

        try await box.perform(.countdown(.cancel))
        try await box.perform(.close)
        let fingerprint = try #require(service.ballotBox.round?.fingerprint)
        let short = "\(fingerprint.prefix(4)) \(fingerprint.dropFirst(4).prefix(4))"
        try await eventually {
          try browser.isVisible("#bound .fingerprint")
            && browser.text(of: "#bound .fingerprint").contains(short)
        }
        #expect(try browser.run(Self.place) as? String == before)
        try await box.perform(.reveal())
        try await browser.wait(for: ".yes .percent", toSay: "67%")
        #expect(try browser.run(Self.place) as? String == before)
      }
    }

    @Test("layout: the question stays where it is when a verdict comes")
    func verdict() async throws {
      try await withPages { service, browser in
        let box = service.ballotBox
        var question = Self.question
        question.rule = .present
        try await box.perform(.numbers(.init(present: 4, entitled: 60)))
        try await box.perform(.ask(question, isHidden: true, isDraft: false))
        for choice in [Choice.yes, .yes, .no] { _ = try await box.cast(choice) }
        try browser.resize(width: 1280, height: 720)
        try browser.open(service.url("/result"))
        try await browser.wait(for: "#state", toSay: "Connected")
        try await browser.wait(for: "#outcome .rule", toSay: "To pass: ")
        let before = try browser.run(Self.place) as? String
        try await box.perform(.close)
        try await box.perform(.reveal())
        try await browser.wait(for: "#outcome .verdict", toSay: "Rejected")
        #expect(try browser.run(Self.place) as? String == before)
      }
    }

    @Test("layout: a screen of twice the size shows the same page, twice as large")
    func largeScreens() async throws {
      try await withPages { service, browser in
        for path in ["/", "/result", "/desk#\(service.desk.gate.key.text)"] {
          try browser.open(service.url(path))
          try await browser.wait(for: "#state", toSay: "Connected")
          var widths: [Double] = []
          for (width, height) in [(1920, 1080), (3840, 2160)] {
            try browser.resize(width: width, height: height)
            let measured = try browser.run(
              "return document.querySelector('main').getBoundingClientRect().width")
            widths.append(try #require(measured as? NSNumber).doubleValue)
          }
          #expect(abs(widths[1] / widths[0] - 2) < 0.05, "\(path): \(widths)")
        }
      }
    }

    @Test("layout: on a phone on its side, the code for joining stands beside its words")
    func joinOnItsSide() async throws {
      try await withPages(["--preset", "talk"]) { service, browser in
        try browser.resize(width: 568, height: 320)
        try browser.open(service.url("/result"))
        try await browser.wait(for: "#state", toSay: "Connected")
        let isBeside = try browser.run(
          """
          const place = (selector) => document.querySelector(selector).getBoundingClientRect();
          return place("#join > .code").right < place(".how").left;
          """)
        #expect(isBeside as? Bool == true)
      }
    }

    @Test("layout: an overlay keeps its side of the picture in a language from right to left")
    func overlaySide() async throws {
      try await withPages { service, browser in
        try browser.resize(width: 1280, height: 720)
        for side in ["left", "right"] {
          try browser.open(service.url("/result?overlay&side=\(side)"))
          for direction in ["ltr", "rtl"] {
            let middle = try browser.run(
              """
              document.documentElement.dir = "\(direction)";
              const { left, right } = document.querySelector("main").getBoundingClientRect();
              return (left + right) / 2;
              """)
            let isLeft = try #require(middle as? NSNumber).doubleValue < 640
            #expect(isLeft == (side == "left"), "\(side), \(direction)")
          }
        }
      }
    }

    @Test("layout: with the longest question and long labels, both buttons are in view on a phone")
    func longLabels() async throws {
      let words = Question(
        String(String(repeating: "Should we move the meetings? ", count: 18).prefix(500)),
        yesLabel: "Yes, the board shall negotiate and report before anything is signed",
        noLabel: "No, the building is far too large for an association of our means",
        abstainLabel: "I would rather not say anything about this tonight")
      try await withPages { service, browser in
        try await service.ballotBox.perform(.ask(words, isHidden: true, isDraft: false))
        try browser.resize(width: 320, height: 568)
        try browser.open(service.url("/"))
        try await browser.wait(for: "#state", toSay: "Connected")
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: "Counted: Yes, the board")
        try await eventually {
          try browser.run(
            """
            scrollTo(0, 0);
            return document.querySelector("button.no").getBoundingClientRect().bottom <= innerHeight;
            """) as? Bool == true
        }
      }
    }

    @Test("layout: on paper a page is light, whatever the screen is")
    func paper() async throws {
      try await withPages { service, browser in
        for path in ["/", "/result", "/desk#\(service.desk.gate.key.text)"] {
          try browser.setMedia(.type, to: "screen")
          try browser.open(service.url(path))
          try await browser.wait(for: "#state", toSay: "Connected")
          try browser.setMedia(.colorScheme, to: "dark")
          try browser.setMedia(.type, to: "print")
          let colour = try browser.run("return getComputedStyle(document.body).color")
          #expect(colour as? String == "rgb(20, 23, 28)", "\(path)")
        }
      }
    }

    @Test("layout: on a narrow phone the desk's line and the list of keys have room for words")
    func narrowDesk() async throws {
      try await withPages { service, browser in
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        try await browser.click("#more > summary")
        try browser.resize(width: 320, height: 568)
        let show =
          "document.querySelector('dialog[open]') ?? document.getElementById('keysShow').click()"
        try await eventually {
          _ = try browser.run(show)
          return try browser.isVisible("dialog dd")
        }
        let widths = try browser.run(
          """
          return ["#line", "dialog dd"].map((selector) =>
            document.querySelector(selector).getBoundingClientRect().width);
          """)
        let (line, words) = try #require((widths as? [Double]).map { ($0[0], $0[1]) })
        #expect(line > 200 && words > 90)
      }
    }
  }
}
