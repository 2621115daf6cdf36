import Foundation
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

extension BrowserTests {
  /// As hosts see it, on a laptop and on a phone.
  @Suite("The desk on all screens")
  struct DeskLayoutTests {
    @Test("desk: its first load weighs less than 60 KB")
    func weight() async throws {
      try await withPages { service, browser in
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        let loaded = try browser.run(
          """
          const types = ["navigation", "resource"];
          const loaded = types.flatMap((type) => performance.getEntriesByType(type));
          return loaded.reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0);
          """)
        let bytes = try #require(loaded as? Int)
        #expect(bytes < 60 * 1024)
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

    @Test("desk: text of 250 % at 320 pixels never scrolls sideways, whatever is open")
    func largeText() async throws {
      try await withPages { service, browser in
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        try browser.resize(width: 320, height: 568)
        let fits = try browser.run(
          """
          document.documentElement.style.fontSize = "250%";
          for (const details of document.querySelectorAll("details")) details.open = true;
          const { scrollWidth, clientWidth } = document.documentElement;
          return scrollWidth <= clientWidth;
          """)
        #expect(fits as? Bool == true)
      }
    }

    @Test("desk: it draws no complaint from the browser, also with all that is behind “More”")
    func quietConsole() async throws {
      try await withPages { service, browser in
        try browser.openDesk(of: service)
        try await browser.wait(for: "#state", toSay: "Connected")
        try await browser.click("#more > summary")
        _ = try browser.run(
          "for (const card of document.querySelectorAll('details')) card.open = true")
        try await browser.wait(for: "#record li", toSay: "20")
        #expect(try browser.log().filter { !$0.contains("qr.svg") }.isEmpty)
      }
    }
  }
}
