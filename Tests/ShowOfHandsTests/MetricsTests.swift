import TestSupport
import Testing
import Voting

@testable import ShowOfHands

@Suite("Looking in")
struct MetricsTests {
  @Test("/health finds the program in good health")
  func health() async throws {
    try await withService { service in
      let reply = try service.client().get("/health")
      #expect(reply.status == 200)
      #expect(reply.text == #"{"status":"ok"}"#)
    }
  }

  @Test("the metrics have every number that was counted, each line in the format of Prometheus")
  func metrics() async throws {
    try await withService { service in
      let screen = try service.screen()
      for choice in ["true", "true", "false"] {
        _ = try service.client().get("/vote?yes=\(choice)")
      }
      _ = try await service.ballotBox.perform(.close)
      _ = try service.client().get("/vote?yes=true")
      _ = try screen.event { $0.data.contains(#""open":false"#) }

      let reply = try service.client().get("/metrics")
      #expect(reply["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
      let lines = reply.text.split(separator: "\n")
      for line in [
        #"showofhands_tally{answer="yes"} 2"#, #"showofhands_tally{answer="no"} 1"#,
        "showofhands_votes_total 3",
        #"showofhands_votes_refused_total{reason="closed"} 1"#, "showofhands_round_open 0",
        "showofhands_storage_fault 0", "showofhands_commits_total 3",
        "showofhands_votes_without_page_total 3", "showofhands_checkpoint_failures_total 0",
        "showofhands_log_bytes 0", "showofhands_vote_wait_seconds 0.0",
      ] {
        #expect(lines.contains { $0 == line }, "\(line)")
      }
      // It would tell how a round goes whose numbers are hidden.
      #expect(!lines.contains { $0.contains("_total{") && $0.contains("answer=") })
      #expect(
        lines.contains { $0.hasPrefix("showofhands_screens{loop=\"loop ") && $0.hasSuffix(" 1") })
      #expect(lines.contains(#"showofhands_streams_refused_total{loop="loop 1"} 0"#))
      for line in lines where !line.hasPrefix("# ") {
        #expect(line.wholeMatch(of: /showofhands_[a-z_]+(\{[a-z]+="[^"]*"\})? [0-9.e+-]+/) != nil)
      }
    }
  }

  @Test("the metrics know the connections, open and taken in, and their limit")
  func connections() async throws {
    try await withService { service in
      let screen = try service.screen()
      let text = try service.client().get("/metrics").text
      #expect(text.contains("\nshowofhands_connections 2\n"))
      #expect(text.contains("\nshowofhands_connections_total 2\n"))
      #expect(text.contains("\nshowofhands_connections_refused_total 0\n"))
      #expect(text.contains("\nshowofhands_connections_max "))
      screen.finishSending()
    }
  }
}
