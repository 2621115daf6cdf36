import HTTPServer
import Platform
import Rehearsal

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A rehearsal of a server that is there for it alone, and whose votes are thrown away.
extension RehearseCommand {
  func rehearseOwnServer() async throws(UsageError) -> Int32 {
    let signals = try Service.terminationSignals()
    let folder = FileManager.default.temporaryDirectory.path + "/rehearsal-\(UUID())"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw UsageError("The folder \(folder) for the votes cannot be made.")
    }
    defer {
      // What stays behind among the system's temporary files harms nobody.
      try? FileManager.default.removeItem(atPath: folder)
    }
    do {
      let service = try await Service.start(
        try serverOptions(database: "\(folder)/votes.sqlite"), log: .standardError)
      let status = await load(service, until: signals)
      await service.stop()
      return status
    } catch let error as UsageError {
      throw error
    } catch {
      StandardError.writeLine("The server does not start: \(error).")
      return 1
    }
  }

  private func serverOptions(database: String) throws(UsageError) -> Options {
    var arguments = ["--host", "127.0.0.1", "--port", "0", "--database", database]
    if let ballots { arguments += ["--ballots", ballots] }
    if let root { arguments += ["--root", root] }
    // The environment is for the server people vote at.
    return try Options(
      arguments, environment: [:], cores: ProcessInfo.processInfo.activeProcessorCount)
  }

  /// The load shares no process with the server, nor its limits and its memory.
  private func load(_ service: Service, until signals: AsyncStream<ProcessSignal>) async -> Int32 {
    let child: ChildProcess
    do throws(SystemError) {
      child = try ChildProcess(
        Executable.path, arguments(port: service.server.port),
        environment: ProcessInfo.processInfo.environment)
    } catch {
      StandardError.writeLine("The screens cannot be started: \(error).")
      return 1
    }
    let ending = Task {
      for await number in signals {
        // There is nothing to tidy up in it.
        child.send(.kill)
        return number.exitStatus
      }
      return 0
    }
    let status = await child.exitStatus()
    ending.cancel()
    clearLine()
    let asked = await ending.value
    if asked > 0 { return asked }
    if status == ProcessSignal.kill.exitStatus {
      StandardError.writeLine("The screens were ended by somebody else; is there enough memory?")
      return 1
    }
    return status
  }

  private func arguments(port: Int) -> [String] {
    [
      "rehearse", "--against", "http://127.0.0.1:\(port)",
      "--pid", "\(ProcessInfo.processInfo.processIdentifier)",
      "--screens", "\(plan.screens)", "--votes-per-second", "\(plan.votesPerSecond)",
      "--seconds", "\(plan.seconds)",
    ] + (isJSON ? ["--json"] : [])
  }
}
