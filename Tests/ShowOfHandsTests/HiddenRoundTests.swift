import Foundation
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

@Suite("A hidden round")
struct HiddenRoundTests {
  /// Numbers that stand nowhere by accident.
  private static let tally = Tally(yes: 137, no: 141, abstain: 129)
  private static let question = Question("Tea?", abstainLabel: "None")

  /// All that a visitor can ask for.
  private static let addresses = [
    "/", "/result", "/result?overlay", "/result.json", "/result.json?rounds=all", "/result.csv",
    "/result.csv?rounds=all", "/newest.json", "/metrics", "/health",
  ]

  private func withVotes(
    _ body: (Service) async throws -> Void
  ) async throws {
    try await withService("--ballots", "many") { service in
      try await service.ballotBox.perform(
        .ask(Self.question, isHidden: true, isDraft: false))
      let client = try service.client()
      for choice in Choice.allCases {
        for _ in 0..<Self.tally[choice] {
          let query = choice == .abstain ? "abstain=true" : "yes=\(choice == .yes)"
          #expect(try client.get("/vote?\(query)").status == 200)
        }
      }
      #expect(service.ballotBox.snapshot.tally == Self.tally)
      try await body(service)
    }
  }

  /// One of the numbers, or a share of them in percent.
  private func split(in text: String) -> String? {
    let split = /(?:^|[^0-9.])(137|141|129|49|51|33|34|35|31|32)(?:$|[^0-9.])/
    return text.firstMatch(of: split).map { "\($0.1)" }
  }

  @Test(
    "nothing that a visitor can ask for tells how it splits, while it is open and when it is closed"
  )
  func everything() async throws {
    try await withVotes { service in
      for step in [Step.say("Soon."), .close, .peek(), .stage(.join), .stage(.result)] {
        try await service.ballotBox.perform(step)
        for address in Self.addresses {
          for accept in ["text/html", "application/json"] {
            let reply = try service.client().get(address, fields: "Accept: \(accept)\r\n")
            let told = reply.text.replacing(
              /127\.0\.0\.1|[0-9a-f]{16,}|[0-9a-f]{4} [0-9a-f]{4}|sha256-\S+|[0-9a-z]{6,}\.[0-9A-Za-z]+|T[0-9:]+Z|<svg.*?<\/svg>/,
              with: ""
            )
            if address == "/metrics" {
              #expect(!told.contains("answer="))
              #expect(told.contains("showofhands_voted 407\n"))
            } else {
              #expect(split(in: told) == nil, "\(address) after \(step)")
            }
          }
        }
      }
    }
  }

  @Test("the stream tells how many have voted, and how they split once that is revealed")
  func stream() async throws {
    try await withVotes { service in
      let screen = try service.screen()
      var names: [String] = []
      let turnout = try screen.event { event in
        names.append(event.name)
        return event.name == "turnout"
      }
      #expect(turnout.data == #"{"voted":407}"#)
      #expect(!names.contains("message"))
      try await service.ballotBox.perform(.close)
      try await service.ballotBox.perform(.reveal())
      let tally = try screen.event { $0.name == "message" }
      #expect(tally.data == #"{"yes":137,"no":141,"abstain":129}"#)
    }
  }

  @Test("numbers that are hidden again are told to nobody who comes later")
  func hiddenAgain() async throws {
    try await withVotes { service in
      try await service.ballotBox.perform(.reveal())
      _ = try service.screen().event { $0.name == "message" }
      try await service.ballotBox.perform(.hide)
      let late = try service.screen()
      var names: [String] = []
      _ = try late.event { event in
        names.append(event.name)
        return event.name == "turnout"
      }
      _ = try service.client().get("/vote?yes=true")
      _ = try late.event { event in
        names.append(event.name)
        return event.data == #"{"voted":408}"#
      }
      #expect(!names.contains("message"))
      let round = try service.screen().event { $0.name == "round" }
      #expect(round.data.contains(#""hidden":true"#))
    }
  }

  @Test("a round that is archived while hidden keeps its line, without its numbers")
  func archived() async throws {
    try await withVotes { service in
      try await service.ballotBox.perform(.again)
      let csv = try service.client().get("/result.csv?rounds=all").text
      #expect(csv.contains(#"2,"Tea?","Yes","No",,,407,"#))
      #expect(split(in: csv.replacing(/[0-9-]+T[0-9:]+Z|[0-9a-f]{64}/, with: "")) == nil)
      let json = try service.client().get("/result.json?rounds=all").text
      #expect(json.contains(#""voted":407"#))
      try await service.ballotBox.perform(.reveal(round: 2))
      #expect(
        try service.client().get("/result.csv?rounds=all").text
          .contains(#"2,"Tea?","Yes","No",137,141,407,"#))
    }
  }
}
