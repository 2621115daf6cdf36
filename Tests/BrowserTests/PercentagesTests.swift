import Foundation
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

extension BrowserTests {
  @Suite("Percentages on the pages")
  struct PercentagesTests {
    /// Tallies, and what everybody is to say of them.
    private static let table: [(yes: Int, no: Int, percentages: String)] = [
      (0, 0, "0 0"), (1, 0, "100 0"), (0, 7, "0 100"), (1, 1, "50 50"), (2, 1, "67 33"),
      (29, 171, "15 85"), (171, 29, "85 15"), (1, 199, "1 99"), (199, 1, "99 1"),
      (999, 1, "99.9 0.1"), (1, 999, "0.1 99.9"), (500_123, 499_876, "50.01 49.99"),
      (51, 49, "51 49"), (101, 100, "50.2 49.8"), (500_001, 499_999, "50.01 49.99"),
      (1, 999_999_999_999, "0.01 99.99"), (333_333_333_333, 666_666_666_667, "33 67"),
      (1_995, 5, "99.7 0.3"), (19_999, 1, "99.99 0.01"), (250, 250, "50 50"),
    ]

    @Test("percentages: the server and the script agree about every tally")
    func agree() async throws {
      let server = try await VotingServer()
      try await Browser.run { browser in
        try browser.open(server.url("/result"))
        var tallies = Self.table.map { Tally(yes: $0.yes, no: $0.no) }
        for yes in stride(from: 0, through: 1_000, by: 7) {
          for no in stride(from: 0, through: 200, by: 3) { tallies.append(Tally(yes: yes, no: no)) }
        }
        let pairs = tallies.map { "[\($0.yes),\($0.no)]" }.joined(separator: ",")
        let answer = try browser.run(
          """
          return import("/percentages.js").then(({ percentages }) =>
            [\(pairs)].map(([yes, no]) => Object.values(percentages(yes, no)).join(" ")));
          """)
        let script = try #require(answer as? [String])
        for (tally, text) in zip(tallies, script) {
          let percentages = Percentages(tally)
          #expect("\(percentages.yes) \(percentages.no)" == text, "\(tally)")
        }
        #expect(Array(script.prefix(Self.table.count)) == Self.table.map(\.percentages))
      }
    }

    @Test("percentages: the result page has the same numbers with and without its script")
    func page() async throws {
      try await withPages { service, browser in
        for (answer, count) in [(Choice.yes, 29), (.no, 171)] {
          for _ in 1...count { _ = try await service.ballotBox.cast(answer) }
        }
        try browser.open(service.url("/result"))
        try await browser.wait(for: "#state", toSay: "Connected")
        let scripted = try ["yes", "no"].map { try browser.text(of: ".\($0) .percent") }
        try browser.setScripts(areOn: false)
        try browser.open(service.url("/result"))
        #expect(try ["yes", "no"].map { try browser.text(of: ".\($0) .percent") } == scripted)
        #expect(scripted == ["15%", "85%"])
      }
    }
  }
}
