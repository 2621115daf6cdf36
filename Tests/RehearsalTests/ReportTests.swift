import Platform
import Testing

@testable import Rehearsal

@Suite("The report of a rehearsal")
struct ReportTests {
  private func report(
    acknowledged: Tally, unanswered: Tally = Tally(), counted: Tally, screensRight: Int = 500
  ) -> Report {
    var votes = Votes()
    votes.acknowledged = acknowledged
    votes.unanswered = unanswered
    return Report(
      plan: Plan(), votes: votes, votingTime: .seconds(10), counted: counted,
      screensRight: screensRight, lastScreen: nil, settlingTime: nil, server: nil, openFiles: 1024)
  }

  @Test("a report is exact where all that was acknowledged is counted, and on every screen")
  func exact() {
    let report = report(acknowledged: Tally(yes: 20, no: 10), counted: Tally(yes: 20, no: 10))
    #expect(report.isExact)
    #expect(report.votesPerSecond == 3)
  }

  @Test("a report finds votes that are counted for the other choice: as many lost as unexpected")
  func swapped() {
    let report = report(acknowledged: Tally(yes: 20, no: 10), counted: Tally(yes: 19, no: 11))
    #expect(report.lost == 1)
    #expect(report.unexpected == 1)
    #expect(!report.isExact)
  }

  @Test("a report takes a vote whose response never came either way, and no further")
  func unanswered() {
    func exact(_ yes: Int) -> Bool {
      report(
        acknowledged: Tally(yes: 20), unanswered: Tally(yes: 2), counted: Tally(yes: yes)
      ).isExact
    }
    #expect([19, 20, 21, 22, 23].map(exact) == [false, true, true, true, false])
  }

  @Test("a report is not exact where a screen shows something else in the end")
  func screens() {
    let tally = Tally(yes: 1)
    #expect(!report(acknowledged: tally, counted: tally, screensRight: 499).isExact)
  }

  @Test("percentiles go by the nearest rank")
  func percentiles() throws {
    var latencies = Latencies()
    #expect(latencies.summary == nil)
    for time in (1...200).shuffled() { latencies.add(.milliseconds(time)) }
    let summary = try #require(latencies.summary)
    #expect(summary == LatencySummary(count: 200, p50: 100, p95: 190, p99: 198, max: 200))
  }

  @Test("percentiles of one time are that time")
  func onePercentile() {
    var latencies = Latencies()
    latencies.add(.microseconds(1560))
    #expect(latencies.summary == LatencySummary(count: 1, p50: 1.6, p95: 1.6, p99: 1.6, max: 1.6))
  }

  @Test("a process's memory and CPU are read, whatever its name is")
  func processUse() throws {
    let numbers = (4...52).map(String.init).joined(separator: " ")
    let use = try #require(ProcessUse(stat: "77 (a) b (c) S \(numbers)\n"))
    // The 14th and the 15th, in hundredths of a second; the 24th, in pages.
    #expect(use.cpu == .milliseconds(290))
    #expect(use.memoryBytes.isMultiple(of: 24))
    #expect(ProcessUse(stat: "77 (a") == nil)
  }
}
