import Foundation
import HTTPServer
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

extension BrowserTests {
  @Suite("The pages on all screens")
  struct LayoutTests {
    /// 500 bytes each.
    private static let longest = [
      String(repeating: "Should we move the meetings? ", count: 18).prefix(500).description,
      String(repeating: "W", count: 500),
      String(repeating: "🗳️🙂 ", count: 41),
      String(repeating: "هل يجب أن نبدأ؟ ", count: 18).prefix(260).description,
    ]

    @Test(
      "layout: everything fits on every screen with a question of 500 bytes", arguments: longest)
    func fits(_ question: String) async throws {
      try #require(question.utf8.count <= 500)
      try await withPages(["--question", question]) { service, browser in
        let screens = [
          (320, 568), (390, 844), (568, 320), (1280, 577), (1280, 720), (1920, 1080),
        ]
        for (path, sizes) in [("/", screens), ("/result", screens + [(3840, 2160)])] {
          try browser.open(service.url(path))
          try await browser.wait(for: "#state", toSay: "Connected")
          if path == "/" {
            try await browser.click("button.yes")
            try await browser.wait(for: "#notice", toSay: "Counted: ")
          }
          for (width, height) in sizes {
            try browser.resize(width: width, height: height)
            try await browser.waitUntilAllFits("\(path) on \(width)×\(height)")
          }
        }
      }
    }

    @Test(
      "layout: text of 250 % at 320 pixels never scrolls sideways", arguments: ["/", "/result"])
    func largeText(_ path: String) async throws {
      try await withPages { service, browser in
        for answer in ["true", "false"] {
          _ = try Client(port: service.server.port).get("/vote?yes=\(answer)")
        }
        try browser.resize(width: 320, height: 568)
        try browser.open(service.url(path))
        try await browser.wait(for: "#state", toSay: "Connected")
        let fits = try browser.run(
          """
          document.documentElement.style.fontSize = "250%";
          for (const id of ["yesCount", "noCount", "total", "connected"]) {
            const number = document.getElementById(id);
            if (number) number.textContent = "999,999,999,999";
          }
          for (const id of ["yesPercent", "noPercent"]) {
            const number = document.getElementById(id);
            if (number) number.textContent = "50.01";
          }
          const { scrollWidth, clientWidth } = document.documentElement;
          return scrollWidth <= clientWidth;
          """)
        #expect(fits as? Bool == true)
      }
    }

    @Test("layout: people's words keep their direction, and the layout follows the question")
    func directions() async throws {
      let words = ["--question", "هل نبدأ؟", "--yes", "نعم", "--no", "No"]
      try await withPages(words) { service, browser in
        for path in ["/", "/result"] {
          try browser.open(service.url(path))
          let directions = try browser.run(
            """
            return ["h1", ".yes .label", ".no .label", "main", "footer"].map((selector) =>
              getComputedStyle(document.querySelector(selector)).direction).join(" ");
            """)
          #expect(directions as? String == "rtl rtl ltr rtl ltr")
        }
        try browser.open(service.url("/"))
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: "Counted: نعم")
        let notice = try browser.run(
          """
          const notice = document.getElementById("notice");
          return [notice, notice.querySelector("bdi")]
            .map((element) => getComputedStyle(element).direction).join(" ");
          """)
        #expect(notice as? String == "ltr rtl")
      }
    }

    @Test("layout: a bar never passes through a length that its number did not have")
    func movingBars() async throws {
      try await withPages { service, browser in
        _ = try await service.ballotBox.cast(.yes)
        _ = try await service.ballotBox.cast(.no)
        try browser.open(service.url("/result"))
        try await browser.wait(for: "#state", toSay: "Connected")
        _ = try browser.run(
          """
          const share = document.querySelector(".yes .share");
          const ground = document.querySelector(".yes .ground");
          window.lengths = [];
          const look = () => {
            const length = (element) => element.getBoundingClientRect().width;
            window.lengths.push(100 * length(share) / length(ground));
            requestAnimationFrame(look);
          };
          look();
          """)
        for _ in 1...2 { _ = try await service.ballotBox.cast(.yes) }
        try await browser.wait(for: ".yes .percent", toSay: "75%")
        try await eventually {
          try browser.run("return Math.abs(window.lengths.at(-1) - 75) < 0.1") as? Bool == true
        }
        let range = try browser.run(
          "return [Math.min(...window.lengths), Math.max(...window.lengths)]")
        let lengths = try #require(range as? [Double])
        #expect(lengths[0] > 49.9 && lengths[1] < 75.1)
      }
    }

    @Test("layout: enlarged beyond what fits, a page scrolls and keeps its letters large")
    func enlarged() async throws {
      try await withPages(["--question", Self.longest[0]]) { service, browser in
        try browser.resize(width: 320, height: 180)
        for path in ["/", "/result"] {
          try browser.open(service.url(path))
          try await browser.wait(for: "#state", toSay: "Connected")
          let size = try browser.run(
            "return parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)")
          #expect(try #require(size as? NSNumber).doubleValue >= 24)
        }
      }
    }

    @Test("layout: where the system sets the colours, the vote is marked by more than its sign")
    func forcedColours() async throws {
      try await withPages { service, browser in
        try browser.setMedia(.forcedColors, to: "active")
        try browser.open(service.url("/"))
        try await browser.click("button.no")
        try await browser.wait(for: "#notice", toSay: "Counted: ")
        let differ = try browser.run(
          """
          const [yes, no] = [".yes", ".no"].map((selector) =>
            getComputedStyle(document.querySelector(selector)).backgroundColor);
          return yes !== no;
          """)
        #expect(differ as? Bool == true)
      }
    }

    @Test("layout: both bars are in print, where browsers leave backgrounds out")
    func print() async throws {
      try await withPages { service, browser in
        try browser.open(service.url("/result"))
        let backgrounds = try browser.run(
          """
          return [...document.querySelectorAll(".bar, .bar *")].filter((element) =>
            getComputedStyle(element).backgroundImage !== "none").length;
          """)
        #expect(backgrounds as? Int == 0)
        let shares = try browser.run("return document.querySelectorAll('.bar .share').length")
        #expect(shares as? Int == 2)
      }
    }

    @Test("layout: the two pages have different titles, also when the question changes")
    func titles() async throws {
      try await withPages(["--question", "Is it light?"]) { service, browser in
        for (path, title) in [("/", "Vote: "), ("/result", "Result: ")] {
          try browser.open(service.url(path))
          try await browser.wait(for: "#state", toSay: "Connected")
          let question = try #require(service.ballotBox.round?.question.text)
          #expect(try browser.run("return document.title") as? String == title + question)
          let next = "Is it light after \(path)?"
          try await service.ballotBox.perform(
            .ask(.init(next), isHidden: false, isDraft: false))
          try await browser.wait(for: "h1", toSay: next)
          #expect(try browser.run("return document.title") as? String == title + next)
        }
      }
    }
  }
}
