import Platform
import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A Valkey or Redis for one rehearsal, as durable as one that is used in earnest.
final class ThrowawayStore: Sendable {
  struct Failure: Error, CustomStringConvertible {
    let program: String
    /// What it said last.
    let words: String
    var description: String {
      let name = program.split(separator: "/").last.map(String.init) ?? program
      return "The store for the votes does not start: \(name) says '\(printable(words))'."
    }
  }

  private struct State {
    var process: PipedProcess?
    var isEnded = false
  }

  private let program: String
  private let folder: String
  private let state = Mutex(State())

  init(_ program: String, in folder: String) {
    self.program = program
    self.folder = folder
  }

  /// Starts it on a port of this machine alone. Where it throws, nothing of it runs any more.
  /// - Returns: its port, and the number of its process.
  /// - Throws: `Failure`, or `SystemError`.
  func start() async throws -> (port: Int, number: Int32) {
    var words = "nothing"
    for _ in 0..<Self.maxAttempts {
      let port = try Self.freePort()
      let process = try PipedProcess(
        program, Self.arguments(port: port, folder: folder),
        environment: ProcessInfo.processInfo.environment)
      keep(process)
      let patience = Task {
        try await Task.sleep(for: Self.patience)
        process.send(.kill)
      }
      defer { patience.cancel() }
      for await line in process.lines {
        if line.contains("Ready to accept connections") { return (port, process.number) }
        words = line
      }
      // It was ended, or was still there and said nothing.
      if await process.exitStatus() == ProcessSignal.kill.exitStatus { break }
    }
    throw Failure(program: program, words: words)
  }

  /// So long it may say nothing of use.
  private static let patience: Duration = .seconds(30)
  /// Somebody else may take the port before it does.
  private static let maxAttempts = 3

  private func keep(_ process: PipedProcess) {
    let isEnded = state.withLock { state in
      state.process = process
      return state.isEnded
    }
    if isEnded { process.send(.kill) }
  }

  /// Ends it, also while it starts, and waits until it is gone. It is not started again.
  func end() async {
    let process = state.withLock { state in
      state.isEnded = true
      return state.process
    }
    process?.send(.kill)
    _ = await process?.exitStatus()
  }

  private static func freePort() throws(SystemError) -> Int {
    let sockets = try ListeningSocket.open(host: "127.0.0.1", port: 0)
    return sockets.first?.port ?? 0
  }

  private static func arguments(port: Int, folder: String) -> [String] {
    [
      "--port", "\(port)", "--bind", "127.0.0.1", "--dir", folder, "--save", "",
      "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction",
      "--daemonize", "no", "--logfile", "",
    ]
  }
}

/// Where the program is that keeps the votes.
enum StoreProgram {
  static let names = ["valkey-server", "redis-server"]

  /// - Throws: `UsageError` where there is none.
  static func find() throws(UsageError) -> String {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    for name in names {
      for folder in path.split(separator: ":") {
        let file = "\(folder)/\(name)"
        if FileManager.default.isExecutableFile(atPath: file) { return file }
      }
    }
    throw UsageError(
      "More screens than one server takes need a Valkey or Redis that their servers share, and there "
        + "is none: install it (Debian: valkey-server or redis-server; Homebrew: valkey), or name "
        + "running servers with --against.")
  }
}
