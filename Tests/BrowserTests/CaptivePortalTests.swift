import Foundation
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

extension BrowserTests {
  /// A guest network that wants people to sign in answers for every server.
  @Suite("A network that answers for the server")
  struct CaptivePortalTests {
    /// The first two votes that are sent get an answer that is not the server's.
    private static let portal = """
      const real = window.fetch;
      window.answers = 0;
      window.fetch = (url, options) =>
        options?.method !== "POST" || window.answers >= 2
          ? real(url, options)
          : Promise.resolve(new Response('{"login":"https://portal.example/"}', {
              status: window.answers++ ? 403 : 200,
            }));
      """

    @Test("phone: a vote that somebody else has answered is sent again, until the server counts it")
    func vote() async throws {
      try await withPages { service, browser in
        try browser.open(service.url("/"))
        try await browser.wait(for: "#state", toSay: "Connected")
        _ = try browser.run(Self.portal)
        try await browser.click("button.yes")
        try await browser.wait(for: "#notice", toSay: "Counted: Yes")
        #expect(service.ballotBox.snapshot.tally == Tally(yes: 1))
        #expect(try browser.run("return window.answers") as? Int == 2)
      }
    }
  }
}
