import EventLoop
import Platform
import TestSupport
import Testing

@testable import Rehearsal

@Suite("Screens in several processes")
struct CrowdTests {
  @Test("screens are dealt out evenly to servers, and to as few processes as hold them")
  func parts() {
    typealias Part = Crowd.Part
    #expect(
      Crowd.parts(screens: 10, servers: 3, maxPerProcess: 100)
        == [
          Part(server: 0, screens: 3), Part(server: 1, screens: 3), Part(server: 2, screens: 4),
        ])
    #expect(
      Crowd.parts(screens: 50_001, servers: 1, maxPerProcess: 20_000).map(\.screens)
        == [16_667, 16_667, 16_667])
    for (screens, servers) in [(1, 1), (2, 3), (100_000, 6), (99_999, 7)] {
      let parts = Crowd.parts(screens: screens, servers: servers, maxPerProcess: 9_000)
      #expect(parts.reduce(0) { $0 + $1.screens } == screens)
      #expect(parts.allSatisfy { (1...9_000).contains($0.screens) })
    }
  }

  @Test("what a process says of its screens is read as it was meant")
  func messages() {
    let messages: [ScreensMessage] = [
      .open(12), .shown(total: 7, at: Instant(systemNanoseconds: 123_456_789)),
      .showing(Tally(yes: 3, no: 4), screens: 99, tallies: 1000),
      .failed(.screenRefused(status: 503, open: 7)), .failed(.screenCutOff(open: 7)),
      .failed(.noTallies(open: 0)), .failed(.noResult(status: 404)), .failed(.votingClosed),
      .failed(
        .screenNotConnected(SystemError(call: "connect", errno: .connectionRefused), open: 3)),
      .failed(.unreachable(SystemError(call: "connect", errno: .connectionRefused))),
    ]
    for message in messages { #expect(ScreensMessage(line: message.line) == message) }
    for line in ["", "open", "open x", "failed", "showing 1 2", "failed a b c d"] {
      #expect(ScreensMessage(line: line) == nil)
    }
    #expect(
      ScreensQuestion.tally(in: ScreensQuestion.line(Tally(yes: 5, no: 6))) == Tally(yes: 5, no: 6))
    #expect(ScreensQuestion.tally(in: "showing 1") == nil)
  }

  @Test("the fewest votes that any screen shows rise with the last of them")
  func leastShown() {
    var least = LeastShown()
    for total in [5, 5, 7] { least.add(total) }
    #expect(least.total == 5)
    func moves(_ old: Int, _ new: Int) -> Bool { least.move(from: old, to: new) }
    #expect(!moves(5, 9))
    #expect(moves(5, 8))
    #expect(least.total == 7)
    #expect(!moves(9, 10))
    #expect(moves(7, 10))
    #expect(least.total == 8)
    // A tally that was counted anew.
    #expect(moves(8, 2))
    #expect(least.total == 2)
  }

  @Test("a vote has been on every screen since the last group of them shows as many")
  func showTimes() {
    let start = Instant(systemNanoseconds: 0)
    func after(_ milliseconds: Int) -> Instant { start + .milliseconds(milliseconds) }
    let times = ShowTimes(groups: 2)
    times.shown(total: 0, at: start, by: 0)
    times.shown(total: 0, at: start, by: 1)
    times.expect(total: 1, since: after(10))
    times.shown(total: 1, at: after(15), by: 0)
    #expect(times.latencies.times.isEmpty)
    times.shown(total: 3, at: after(18), by: 1)
    times.shown(total: 3, at: after(40), by: 0)
    // One that is asked for late was shown when it was shown.
    times.expect(total: 3, since: after(20))
    times.expect(total: 4, since: after(30))
    #expect(times.latencies.times == [.milliseconds(8), .milliseconds(20)])
    #expect(times.time(of: 3) == after(40))
    #expect(times.time(of: 4) == nil)
  }

  @Test("answers are summed up to a tenth of a millisecond, and the longest exactly")
  func answers() {
    var answers = AnswerTimes()
    #expect(answers.summary == nil)
    for tenths in 1...99 { answers.add(.microseconds(tenths * 100)) }
    answers.add(.seconds(20))
    #expect(answers.summary == LatencySummary(count: 100, p50: 5, p95: 9.5, p99: 9.9, max: 20_000))
  }

  @Test("screens in processes of their own show every vote, at a server that has several names")
  func againstSeveral() async throws {
    let server = try await VotingServer()
    let program = try Program([
      VotingServer.executable, "rehearse", "--screens", "30", "--votes-per-second", "50",
      "--seconds", "1", "--against", "http://127.0.0.1:\(server.port)",
      "--against", "http://localhost:\(server.port)",
    ])
    let (status, output) = try await program.finish()
    #expect(status == 0, "\(output)")
    #expect(
      output.contains("Exact: every acknowledged vote is counted once, and every screen of all 2"))
    #expect(output.contains("on 30 of 30 screens"))
    #expect(output.contains("answers"))
  }

  @Test("a rehearsal against servers that do not share their tally says so")
  func notOneTally() async throws {
    let (one, other) = (try await VotingServer(), try await VotingServer())
    _ = try one.client().get("/vote?yes=true")
    let program = try Program([
      VotingServer.executable, "rehearse", "--screens", "2", "--seconds", "1",
      "--against", "http://127.0.0.1:\(one.port)", "--against", "http://127.0.0.1:\(other.port)",
    ])
    let (status, output) = try await program.finish()
    #expect(status == 1)
    #expect(output.hasPrefix("The servers have not one tally: 1 and 0, 0 and 0."))
  }

  @Test("a process that holds screens ends when nobody tells it anything any more")
  func endOfInput() async throws {
    let server = try await VotingServer()
    let process = try PipedProcess(
      VotingServer.executable,
      ["rehearse", "--part", "screens", "3", "http://127.0.0.1:\(server.port)", "5"],
      environment: [:])
    for await line in process.lines where line == "open 3" { process.endInput() }
    #expect(await process.exitStatus() == 0)
  }
}
