import Foundation
import TestSupport
import Testing

extension BrowserTests {
  /// Where every press is a vote, only the page knows what was pressed.
  @Suite("The pages where every press is a vote")
  struct ManyBallotsTests {
    private static let counted = "Counted: "
    let server: VotingServer

    init() async throws {
      server = try await VotingServer(["--ballots", "many"])
    }

    @Test("many ballots: each press counts, and the page says so also when it comes back or asks")
    func pressesCount() async throws {
      try await Browser.run { browser in
        try browser.open(server.url("/"))
        for (answer, label) in [("yes", "Yes"), ("no", "No")] {
          try await browser.click("button.\(answer)")
          try await browser.wait(
            for: "#notice", toSay: Self.counted + label + ". Every press counts.")
        }
        try browser.reload()
        try await browser.wait(for: "#notice", toSay: Self.counted + "No")
        try await browser.click("footer a")
        try await browser.wait(for: "#total", toSay: "2")
        try browser.goBack()
        try await browser.wait(for: "#notice", toSay: Self.counted + "No")
        try await browser.wait(for: "#state", toSay: "Connected")

        await server.kill()
        _ = try browser.run("performance.clearResourceTimings()")
        try await server.start()
        try await eventually {
          try browser.run(
            """
            return performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/"));
            """) as? Bool == true
        }
        try await browser.wait(for: "#notice", toSay: Self.counted + "No")

        await server.kill()
        try server.dropDatabase()
        try await server.start()
        try await eventually { try browser.text(of: "#notice") == "" }
      }
    }

    @Test("many ballots: one press that waits while the server sleeps counts once")
    func frozenServer() async throws {
      try await Browser.run { browser in
        try browser.open(server.url("/"))
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: Self.counted + "Yes")
        let process = try await server.processID()
        Foundation.kill(process, SIGSTOP)
        defer { Foundation.kill(process, SIGCONT) }
        try await browser.click("button.no")
        // Longer than the first attempt: the vote is sent again.
        try await browser.wait(for: "#notice", toSay: "No answer yet.")
        Foundation.kill(process, SIGCONT)
        try await browser.wait(for: "#notice", toSay: Self.counted + "No")
        let result = try server.result()
        #expect(result.yes == 1 && result.no == 1)
      }
    }

    @Test("many ballots: without JavaScript each press counts and says so")
    func form() async throws {
      try await Browser.run { browser in
        try browser.setScripts(areOn: false)
        try browser.open(server.url("/"))
        for (answer, label) in [("yes", "Yes"), ("no", "No"), ("no", "No")] {
          try await browser.click("button.\(answer)")
          try await browser.wait(
            for: "#notice", toSay: Self.counted + label + ". Every press counts.")
        }
        #expect(try server.result().no == 2)
      }
    }
  }
}
