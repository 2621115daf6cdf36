import Rehearsal
import Testing

@testable import ShowOfHands

@Suite("The command rehearse")
struct RehearseCommandTests {
  @Test("rehearse takes its options, and defaults for the rest")
  func options() throws {
    #expect(try RehearseCommand([]).plan == Plan(screens: 500, votesPerSecond: 200, seconds: 10))
    let command = try RehearseCommand([
      "--screens", "5000", "--votes-per-second=2000", "--seconds", "20", "--json",
      "--against", "http://localhost:3000", "--pid", "77",
    ])
    #expect(command.plan == Plan(screens: 5000, votesPerSecond: 2000, seconds: 20))
    #expect(command.against == [Endpoint(host: "localhost", port: 3000)])
    #expect(command.processes == [77])
    #expect(command.isJSON)
    let several = try RehearseCommand([
      "--screens", "100000", "--against", "http://a", "--pid", "1", "--pid", "2", "--against",
      "http://b",
    ])
    #expect(several.against == [Endpoint(host: "a", port: 80), Endpoint(host: "b", port: 80)])
    #expect(several.processes == [1, 2])
  }

  @Test("a part of a rehearsal is what it was started as")
  func parts() {
    let server = Endpoint(host: "127.0.0.1", port: 3000)
    let parts: [OwnPart] = [
      .screens(16_667, at: server, source: 3), .store(program: "/usr/bin/redis-server"),
      .server(store: "valkey://127.0.0.1:6379", ballots: nil, root: nil),
      .server(store: "valkey://127.0.0.1:6379", ballots: "many", root: "/srv/show"),
    ]
    for part in parts { #expect(OwnPart(part.arguments) == part) }
    for arguments in [
      [], ["--part"], ["--part", "screens"], ["--part", "store"], ["--screens", "1"],
    ] {
      #expect(OwnPart(arguments) == nil)
    }
  }

  @Test(
    "rehearse refuses what makes no sense in a sentence",
    arguments: [
      ["--screens", "0"], ["--screens", "200001"], ["--seconds", "601"], ["--seconds"],
      ["--votes-per-second", "100001"], ["--votes-per-second", "x"], ["--against", "localhost"],
      ["--against", "https://localhost/"], ["--against", "unix:"],
      ["--pid", "1"], ["--insist"], ["--force"], ["--root", "x", "--against", "http://a"],
      ["--pid", "1", "--pid", "2", "--against", "http://a"],
      ["--port", "1"],
    ])
  func mistakes(arguments: [String]) {
    let error = #expect(throws: UsageError.self) { try RehearseCommand(arguments) }
    #expect(error?.message.contains(arguments[0]) == true)
    #expect(error?.message.hasSuffix(".") == true)
  }

  @Test("rehearse loads another machine only with --force, or its older name --insist")
  func otherMachine() async throws {
    // An address that is nobody's (RFC 5737).
    let command = try RehearseCommand(["--screens", "1", "--against", "http://192.0.2.1"])
    let error = await #expect(throws: UsageError.self) { _ = try await command.run() }
    #expect(error?.message.contains("--force") == true)
    for option in ["--force", "--insist"] {
      #expect(try RehearseCommand(["--against", "http://192.0.2.1", option]).isForced)
    }
  }

  @Test("a rehearsal's report says what to expect, and nothing that was not measured")
  func words() {
    var report = Report(
      plan: Plan(screens: 2000), votes: Votes(), votingTime: .seconds(10), counted: Tally(),
      screensRight: 2000, lastScreen: nil, settlingTime: nil, server: nil, openFiles: 1024)
    #expect(report.words.hasPrefix("Exact: every acknowledged vote"))
    #expect(report.words.contains("last screen  not timed"))
    #expect(!report.words.contains("memory"))
    #expect(!report.words.contains("connections"))

    report.lastScreen = LatencySummary(count: 100, p50: 12.5, p95: 30, p99: 40.1, max: 41)
    report.idleConnections = 6000
    report.idleConnectionsClosed = 12
    report.settlingTime = .milliseconds(37)
    report.server = ServerUse(
      memoryBytes: 21_400_000, memoryBytesPerScreen: 900, cores: 0.37, cpuMicrosecondsPerScreen: 75)
    #expect(report.words.contains("half of the votes on it in 12.5 ms, 95 % in 30.0"))
    #expect(report.words.contains("all screens right 37 ms after"))
    #expect(report.words.contains("0.9 kB a screen with its connections, 21.4 MB in all"))
    #expect(report.words.contains("6,000 idle ones as browsers keep them; the server closed 12"))
    #expect(report.words.contains("0.37 of a core, 75 µs a second"))
  }

  @Test("a report of several servers says what they and their store took, and whether they agree")
  func severalServers() {
    var report = Report(
      plan: Plan(screens: 100_000), votes: Votes(), votingTime: .seconds(10), counted: Tally(),
      screensRight: 100_000, lastScreen: nil, settlingTime: nil,
      server: ServerUse(
        memoryBytes: 150_000_000, memoryBytesPerScreen: 700, cores: 0.9, cpuMicrosecondsPerScreen: 9
      ),
      openFiles: 20_000)
    report.servers = 6
    report.store = StoreUse(memoryBytes: 9_000_000, cores: 0.05)
    report.answers = LatencySummary(count: 100, p50: 2, p95: 30, p99: 40.1, max: 141.5)
    #expect(report.words.contains("every screen of all 6 servers shows it."))
    #expect(report.words.contains("0.7 kB a screen, 150.0 MB in all 6 servers"))
    #expect(report.words.contains("store        0.05 of a core, 9.0 MB"))
    #expect(report.words.contains("half of the votes acknowledged in 2.0 ms"))
    report.serversDiffer = true
    #expect(report.words.hasPrefix("NOT EXACT: the 6 servers had not one tally in the end."))
  }

  @Test("a rehearsal's report says first what is wrong")
  func wrongWords() {
    var report = Report(
      plan: Plan(), votes: Votes(), votingTime: .seconds(10), counted: Tally(), screensRight: 497,
      lastScreen: nil, settlingTime: nil, server: nil, openFiles: 1024)
    #expect(report.words.hasPrefix("NOT EXACT: 3 of 500 screens never showed the final tally."))
    report.counted = Tally(yes: 1200)
    #expect(report.words.hasPrefix("NOT EXACT: votes counted but not cast here: 1,200."))
  }
}
