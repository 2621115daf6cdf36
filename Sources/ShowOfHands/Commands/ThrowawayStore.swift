import Platform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A Valkey or Redis for one rehearsal, as durable as one that is used in earnest.
enum ThrowawayStore {
  struct Failure: Error, CustomStringConvertible {
    let program: String
    /// What it said last.
    let words: String
    var description: String {
      let name = program.split(separator: "/").last.map(String.init) ?? program
      return "The store for the votes does not start: \(name) says '\(printable(words))'."
    }
  }

  /// Starts it on a port of this machine alone.
  /// - Throws: `Failure`, or `SystemError`.
  static func start(
    _ program: String, in folder: String
  ) async throws -> (port: Int, process: PipedProcess) {
    var words = "nothing"
    for _ in 0..<maxAttempts {
      let port = try freePort()
      let process = try PipedProcess(
        program, arguments(port: port, folder: folder),
        environment: ProcessInfo.processInfo.environment)
      for await line in process.lines {
        if line.contains("Ready to accept connections") { return (port, process) }
        words = line
      }
      _ = await process.exitStatus()
    }
    throw Failure(program: program, words: words)
  }

  /// Somebody else may take the port before it does.
  private static let maxAttempts = 3

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
