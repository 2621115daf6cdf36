import Foundation
import TestSupport
import Testing

/// The pages in real browsers, against the real program.
@Suite(
  "The pages in a browser", .serialized, .inEveryBrowser, .namingTheBrowser,
  .enabled(if: !BrowserKind.tried.isEmpty, "no browser is here, so no page was opened in one"))
struct BrowserTests {
  let server: VotingServer

  init() async throws {
    server = try await VotingServer()
  }

  @Test("a vote in one tab is seen in another")
  func twoTabs() async throws {
    try await Browser.run { browser in
      try browser.open(server.url("/result"))
      try await browser.wait(for: "#state", toSay: "Connected")
      let screen = try browser.currentTab()

      _ = try browser.openTab()
      try browser.open(server.url("/"))
      try await browser.click("button.yes")
      try await browser.wait(for: "#notice", toSay: "Counted: Yes")

      try browser.select(screen)
      try await browser.wait(for: ".yes .percent", toSay: "100%")
      try await browser.wait(for: "#total", toSay: "1")
    }
  }

  @Test("the other button moves the vote")
  func otherButton() async throws {
    try await Browser.run { browser in
      try browser.open(server.url("/"))
      try await browser.click("button.yes")
      try await browser.wait(for: "#notice", toSay: "Counted: Yes")
      try await browser.click("button.no")
      try await browser.wait(for: "#notice", toSay: "Counted: No")
      let result = try server.result()
      #expect(result.yes == 0 && result.no == 1)

      try browser.open(server.url("/"))
      try await browser.wait(for: "#notice", toSay: "Counted: No. You can change it")
    }
  }

  @Test("a page says when the server has gone, and when it is back")
  func stateInWords() async throws {
    try await Browser.run { browser in
      try browser.open(server.url("/result"))
      try await browser.wait(for: "#state", toSay: "Connected")
      await server.kill()
      try await browser.wait(for: "#state", toSay: "Connecting…")
      try await browser.wait(for: "#state", toSay: "Disconnected")
      try await server.start()
      try await browser.wait(for: "#state", toSay: "Connected")
    }
  }

  @Test("a vote pressed while the server is away is counted once when it is back")
  func keptVote() async throws {
    try await Browser.run { browser in
      try browser.open(server.url("/"))
      try await browser.wait(for: "#state", toSay: "Connected")
      await server.kill()
      try await browser.click("button.no")
      try await browser.click("button.yes")
      try await browser.wait(for: "#notice", toSay: "No connection. Your vote is kept here")
      try await server.start()
      try await browser.wait(for: "#notice", toSay: "Counted: Yes")
      let result = try server.result()
      #expect(result.yes == 1 && result.no == 0)
    }
  }

  @Test("without JavaScript the form votes and the page says thank you")
  func withoutJavaScript() async throws {
    try await Browser.run { browser in
      try browser.setScripts(areOn: false)
      try browser.open(server.url("/"))
      try await browser.click("button.no")
      try await browser.wait(for: "#notice", toSay: "Counted: No")
      let result = try server.result()
      #expect(result.yes == 0 && result.no == 1)

      try browser.open(server.url("/result"))
      #expect(try browser.text(of: ".no .percent") == "100%")
    }
  }

  @Test(
    "all tabs of a browser share one stream, also where the origin is not a secure context",
    arguments: ["127.0.0.1", "hall.test"])
  func sharedStream(_ host: String) async throws {
    try await Browser.run { browser in
      var tabs = [try browser.currentTab()]
      for _ in 1...6 { tabs.append(try browser.openTab()) }
      for tab in tabs {
        try browser.select(tab)
        try browser.open(server.url("/result", host: host))
        try await browser.wait(for: "#state", toSay: "Connected")
      }
      let isSecure = try browser.run("return isSecureContext") as? Bool
      #expect(isSecure == (host != "hall.test"))
      try await waitForStreams(1)

      // The tab that holds the stream goes; the others notice nothing.
      try browser.closeTab()
      try await waitForStreams(1)
      try browser.select(tabs[0])
      try await browser.wait(for: "#state", toSay: "Connected")
      try browser.open(server.url("/", host: host))
      try await browser.click("button.yes")
      try await browser.wait(for: "#notice", toSay: "Counted: Yes")
      for tab in tabs[1..<6] {
        try browser.select(tab)
        try await browser.wait(for: "#yesCount", toSay: "1")
      }
      try await waitForStreams(1)
    }
  }

  @Test(
    "the first load of the voting page weighs less than 20 KB, of the result page less than 30 KB",
    arguments: [("/", 20), ("/result", 30)])
  func weight(_ path: String, _ kilobytes: Int) async throws {
    try await Browser.run { browser in
      try browser.open(server.url(path))
      try await browser.wait(for: "#state", toSay: "Connected")
      let bytes = try browser.run(
        """
        const files = performance.getEntriesByType("resource").map((entry) => entry.name);
        const icon = document.querySelector("link[rel=icon]").href;
        const loaded = new Set([...files, icon].filter((url) => /\\.(css|js|svg)$/.test(url)));
        const sizes = [location.href, ...loaded].map(async (url) =>
          (await (await fetch(url)).blob()).size);
        return Promise.all(sizes).then((sizes) => sizes.reduce((sum, size) => sum + size));
        """)
      #expect(try #require(bytes as? Int) < kilobytes * 1024)
    }
  }

  @Test("pages draw no complaint from the browser", arguments: ["light", "dark"])
  func quietConsole(_ theme: String) async throws {
    try await Browser.run { browser in
      try browser.setMedia(.colorScheme, to: theme)
      try browser.open(server.url("/"))
      try await browser.click("button.yes")
      try await browser.wait(for: "#notice", toSay: "Counted: Yes")
      try browser.open(server.url("/result"))
      try await browser.wait(for: "#state", toSay: "Connected")
      try await browser.wait(for: "#total", toSay: "1")
      let complaints = try browser.log()
      #expect(complaints.isEmpty)
    }
  }

  private func waitForStreams(_ count: Int) async throws {
    _ = try await eventually("\(count) connected stream") {
      try server.result().connected == count ? true : nil
    }
  }
}
