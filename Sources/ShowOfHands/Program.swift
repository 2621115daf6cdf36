import EventLoop
import HTTPServer
import Platform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

// Show of Hands: the program.
//
// `Options` reads the command line and the environment; `RecountCommand`, `RehearseCommand`,
// `CodesCommand`, `MoveCommand` and `HealthCommand` are the other things the program does. `Service`
// puts the parts together, starts and stops them, and `Supervision` tells a service manager of it.
// `VotingSite` is every route on one screen; `VoteRequest` reads a vote, `OriginRule` decides whether
// the person in front of the browser meant it, and `BallotCookie` knows whose ballot it is;
// `Joining` knows where people find the site; `VotingPages` fills in the templates; `TallyStream`
// tells the screens.
//
// `Desk` is the presenter's side of it: `DeskGate` decides who may come, `DeskRequest` reads a step,
// `DeskState` is all that a desk knows, and `DeskStream` tells every one of them.
//
// Everything else is in the libraries: Voting counts, Valkey speaks with a store, ServerSentEvents
// broadcasts, QRCode draws codes, HTTPServer and EventLoop carry the bytes.

@main
enum Program {
  static func main() async {
    Signals.ignoreFailingWrites()
    do throws(UsageError) {
      try openStandardStreams()
      let status = try await run(try commandLine().dropFirst())
      CurrentProcess.exit(status)
    } catch {
      StandardError.writeLine(error.message)
      CurrentProcess.exit(2)
    }
  }

  private static func openStandardStreams() throws(UsageError) {
    do throws(SystemError) {
      try StandardStreams.openMissing()
    } catch {
      throw UsageError("Cannot start: /dev/null, in place of a closed stream: \(error.reason).")
    }
  }

  /// What was asked for, on standard output.
  /// - Throws: `UsageError` where it cannot be written: who asked must not take nothing for all.
  static func say(_ text: String, terminator: String = "\n") throws(UsageError) {
    do throws(SystemError) {
      try StandardOutput.write(text + terminator)
    } catch {
      throw UsageError("Cannot write to standard output: \(error.reason).")
    }
  }

  /// The name of the program, and its arguments.
  /// - Throws: `UsageError` where the system does not tell. Going on without what was asked for could
  ///   open the wrong port, or the wrong database, to everybody.
  private static func commandLine() throws(UsageError) -> [String] {
    let words = CommandLine.arguments
    if !words.isEmpty { return words }
    throw UsageError(
      "Cannot read the command line: is /proc there? In a chroot or a container, mount it.")
  }

  /// - Returns: the exit status.
  private static func run(_ arguments: ArraySlice<String>) async throws(UsageError) -> Int32 {
    if arguments.first == "rehearse", let part = OwnPart(Array(arguments.dropFirst())) {
      return await part.run()
    }
    guard let command = try subcommand(arguments) else {
      try await serve(Array(arguments))
      return 0
    }
    if !command.wantsHelp { return try await command.run() }
    try say(command.help)
    return 0
  }

  /// - Returns: `nil` where the first word is none that asks for one.
  private static func subcommand(
    _ words: ArraySlice<String>
  ) throws(UsageError) -> (any Subcommand)? {
    let arguments = words.dropFirst()
    let environment = ProcessInfo.processInfo.environment
    switch words.first {
    case "codes": return try CodesCommand(arguments, environment: environment)
    case "export": return try MoveCommand(.export, arguments, environment: environment)
    case "health": return try HealthCommand(arguments, environment: environment)
    case "import": return try MoveCommand(.import, arguments, environment: environment)
    case "recount": return try RecountCommand(arguments, environment: environment)
    case "rehearse": return try RehearseCommand(arguments)
    default: return nil
    }
  }

  private static func serve(_ arguments: [String]) async throws(UsageError) {
    let process = ProcessInfo.processInfo
    let options = try Options(
      arguments, environment: process.environment, cores: process.activeProcessorCount)
    if options.wantsHelp { return try say(Options.help) }
    if options.wantsVersion { return try say(Version.line) }
    try Capacity.checkThreads(loops: options.loops, cores: process.activeProcessorCount)
    for notice in options.notices { StandardError.writeLine(notice) }
    // It starts no children; whose they were that come to it will not be known.
    if CurrentProcess.isFirst { Signals.forgetChildren() }
    let sockets = try InheritedSockets.take(
      environment: process.environment, processIdentifier: process.processIdentifier)
    let supervision = Supervision(
      environment: process.environment, processIdentifier: process.processIdentifier,
      log: .standardError)
    Supervision.forgetVariables()
    try await Service.run(options, on: sockets, supervision)
  }
}
