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
    let process = ProcessInfo.processInfo
    if arguments.first == "recount" {
      let command = try RecountCommand(
        arguments.dropFirst(), environment: process.environment)
      if !command.wantsHelp { return try command.run() }
      try say(RecountCommand.help)
      return 0
    }
    if arguments.first == "codes" {
      let command = try CodesCommand(arguments.dropFirst(), environment: process.environment)
      if command.wantsHelp {
        try say(CodesCommand.help)
      } else {
        try await command.run()
      }
      return 0
    }
    if let direction = arguments.first.flatMap(MoveCommand.Direction.init(rawValue:)) {
      let command = try MoveCommand(
        direction, arguments.dropFirst(), environment: process.environment)
      if command.wantsHelp { try say(command.help) } else { try command.run() }
      return 0
    }
    if arguments.first == "health" {
      let command = try HealthCommand(arguments.dropFirst(), environment: process.environment)
      if !command.wantsHelp { return try await command.run() }
      try say(HealthCommand.help)
      return 0
    }
    if arguments.first == "rehearse" {
      if let part = OwnPart(Array(arguments.dropFirst())) { return await part.run() }
      let command = try RehearseCommand(arguments.dropFirst())
      if !command.wantsHelp { return try await command.run() }
      try say(RehearseCommand.help)
      return 0
    }
    let options = try Options(
      Array(arguments), environment: process.environment, cores: process.activeProcessorCount)
    if options.wantsHelp {
      try say(Options.help)
    } else if options.wantsVersion {
      try say(Version.line)
    } else {
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
    return 0
  }
}
