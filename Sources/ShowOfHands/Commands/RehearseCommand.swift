import HTTPServer
import Platform
import Rehearsal

/// `rehearse`: load-tests a server with screens and votes, and says what to expect.
///
/// More screens than one server takes are a crowd: see `RehearseCommand+Crowd.swift`. A server of its
/// own otherwise runs in this process and the load in a child: whatever becomes of the child,
/// here the database is removed; whatever becomes of this process, the child's connections end and
/// so does it.
struct RehearseCommand: Equatable, Subcommand {
  var plan = Plan()
  /// None is a server of its own, or several.
  var against: [Endpoint] = []
  /// The server may be on another machine.
  var isForced = false
  /// The servers' processes, for their memory and CPU; none, or one of each.
  var processes: [Int32] = []
  var ballots: String?
  var root: String?
  var isJSON = false
  var wantsHelp = false

  /// - Parameter arguments: behind the word `rehearse`.
  /// - Throws: `UsageError` for an option that is unknown, lacks its value or has a bad one.
  init(_ arguments: some Sequence<String>) throws(UsageError) {
    var arguments = Arguments(arguments)
    while let name = arguments.nextName() {
      switch name {
      case "--screens": plan.screens = try arguments.number(name, Plan.screensRange)
      case "--votes-per-second":
        plan.votesPerSecond = try arguments.number(name, Plan.votesPerSecondRange)
      case "--seconds": plan.seconds = try arguments.number(name, Plan.secondsRange)
      case "--against":
        let value = try arguments.value(of: name, expected: "http://HOST:PORT/")
        against.append(try Self.endpoint(value))
      case "--force", "--insist": isForced = true
      case "--pid": processes.append(Int32(try arguments.number(name, 1...Int(Int32.max))))
      case "--ballots": ballots = try arguments.value(of: name, expected: "one|many")
      case "--root": root = try arguments.value(of: name, expected: "FOLDER")
      case "--json": isJSON = true
      case "--help", "-h": wantsHelp = true
      default: throw UsageError("There is no option \(name). See rehearse --help.")
      }
      try arguments.finish(name)
    }
    try check()
  }

  private static func endpoint(_ value: String) throws(UsageError) -> Endpoint {
    if let endpoint = Endpoint(value) { return endpoint }
    if value.lowercased().hasPrefix("https:") {
      throw UsageError(
        "--against cannot be https: nothing here speaks TLS. Name the server behind the proxy, "
          + "http://127.0.0.1:3000 or unix:PATH; or the proxy by an http address of its own.")
    }
    throw UsageError(
      "--against cannot be '\(printable(value))'; it is http://HOST:PORT, perhaps with a path behind "
        + "it, or unix:PATH.")
  }

  private func check() throws(UsageError) {
    if !against.isEmpty, ballots != nil || root != nil {
      throw UsageError("--ballots and --root are for a server of its own, not with --against.")
    }
    if against.isEmpty, isForced || !processes.isEmpty {
      throw UsageError("--force (also --insist) and --pid go with --against.")
    }
    if !processes.isEmpty, processes.count != against.count {
      throw UsageError("--pid is given for every --against, in the same order, or for none.")
    }
    if against.count > Self.maxServers {
      throw UsageError("--against names at most \(Self.maxServers) servers.")
    }
  }

  /// Those of one tally, also of its own.
  static let maxServers = 16

  /// - Returns: the exit status: 0, or 1 where the result is not exact or there is none.
  /// - Throws: `UsageError` where it cannot be carried out as it was given.
  func run() async throws(UsageError) -> Int32 {
    if plan.screens > Plan.maxScreensOfOne || against.count > 1 { return try await runCrowd() }
    try checkOpenFiles()
    if let endpoint = against.first { return try await rehearse(endpoint) }
    return try await rehearseOwnServer()
  }

  /// Rather before than in the middle of it.
  private func checkOpenFiles() throws(UsageError) {
    let limit = OpenFiles.raiseLimit()
    if plan.openFiles <= limit { return }
    let screens = plan.maxScreens(openFiles: limit)
    throw UsageError(
      "\(plan.screens.withCommas) screens need \(plan.openFiles.withCommas) open files and the limit here "
        + "is \(limit.withCommas). Raise it with 'ulimit -n \(plan.openFiles)', as root or in "
        + "/etc/security/limits.conf if that is refused"
        + (screens > 0 ? "; or ask for at most \(screens.withCommas) screens." : "."))
  }

  // MARK: Against a server

  private func rehearse(_ endpoint: Endpoint) async throws(UsageError) -> Int32 {
    try checkHost(endpoint)
    try endOnSignal()
    let report: Report
    do throws(Failure) {
      report = try await Rehearsal.rehearse(plan, at: endpoint, process: processes.first) {
        Self.show($0)
      }
    } catch {
      clearLine()
      StandardError.writeLine("\(error)")
      return 1
    }
    return try say(report)
  }

  /// - Returns: the exit status.
  func say(_ report: Report) throws(UsageError) -> Int32 {
    clearLine()
    try Program.say(isJSON ? Self.json(report) : report.words)
    return report.isExact ? 0 : 1
  }

  static func show(_ progress: String) {
    if StandardError.isTerminal { StandardError.rewriteLine(progress) }
  }

  /// Thousands of votes go into the database there, and the network in between is not ours alone.
  func checkHost(_ endpoint: Endpoint) throws(UsageError) {
    let addresses: [SocketAddress]
    do throws(SystemError) {
      addresses = try endpoint.addresses()
    } catch {
      throw UsageError("There is no host \(endpoint.host).")
    }
    if !isForced, !addresses.allSatisfy(\.isLoopback) {
      throw UsageError(
        "\(endpoint.host) is another machine: a rehearsal floods it, and the network, with votes "
          + "that stay in its database. If it is yours, add --force.")
    }
  }

  /// There is nothing to tidy up here: the connections end with the process.
  func endOnSignal() throws(UsageError) {
    let signals = try Service.terminationSignals()
    Task {
      for await number in signals {
        clearLine()
        CurrentProcess.exit(number.exitStatus)
      }
    }
  }

  func clearLine() {
    if StandardError.isTerminal { StandardError.rewriteLine("") }
  }

  /// Its numbers are finite, and so always encode.
  private static func json(_ report: Report) -> String { try! JSON.text(report) }

  var help: String { Self.helpText }

  private static let helpText = """
    Usage: ShowOfHands rehearse [options]

    Load-tests a server: opens screens, each with the four connections of a browser, votes at a
    steady rate, and says what to expect. It starts a server of its own, whose votes are thrown
    away; for more screens than one server takes several, and a Valkey or Redis that they share. Ends with status 0 if all went well; 1 if a vote was lost or counted without being cast, if a
    screen did not show the final tally, or if there was no result; 2 if it could not begin.

      --screens N           screens that follow the tally, 1 to \(most(Plan.screensRange)); default: 500;
                            more than \(Plan.maxScreensOfOne.withCommas) are streams alone, at several servers
      --votes-per-second N  each a new ballot, 1 to \(most(Plan.votesPerSecondRange)); default: 200
      --seconds N           for how long people vote, 1 to \(most(Plan.secondsRange)); default: 10
      --ballots one|many    as for the server; default: one
      --root FOLDER         where Public/ and Views/ are, as for the server
      --against URL         a server that runs already, http://HOST:PORT/PATH/ or unix:PATH; the
                            votes stay in its database, and nobody else may vote there meanwhile;
                            once more for each of several servers that have one --store
      --pid N               that server's process on this machine, for its memory and CPU
      --force               that server may be on another machine
      --json                as JSON
      --help                this text
    """

  private static func most(_ range: ClosedRange<Int>) -> String { range.upperBound.withCommas }
}

extension Arguments {
  fileprivate mutating func number(
    _ name: String, _ range: ClosedRange<Int>
  ) throws(UsageError) -> Int {
    let value = try value(of: name, expected: "N")
    guard let number = Int(value), range.contains(number) else {
      throw UsageError(
        "\(name) cannot be '\(value)'; it is a number from \(range.lowerBound.withCommas) to "
          + "\(range.upperBound.withCommas).")
    }
    return number
  }
}
