internal import Foundation

/// A real server of Redis or Valkey on a port of its own, which keeps what it has in a folder of its
/// own. It ends with its last user.
///
/// It syncs each write before it answers, as a store of votes has to.
public final class StoreProcess {
  /// Whether there is one, or there has to be: `REQUIRE_BROWSER=1` makes its absence fail.
  public static let isTried =
    installed != nil || ProcessInfo.processInfo.environment["REQUIRE_BROWSER"] == "1"
  /// Why tests with one are not tried.
  public static let absence = "neither redis-server nor valkey-server is on PATH"

  private static let installed = ["redis-server", "valkey-server"].first(where: Program.isInstalled)

  public let port: Int
  /// What its folder has is its own: `appendonlydir` above all.
  public var folder: String { kept.path }

  private let kept: TemporaryFolder
  private let arguments: [String]
  private var program: Program

  /// Starts one and waits until it takes commands.
  /// - Parameter arguments: behind our own, as on its command line; the last of two counts.
  public convenience init(_ arguments: String...) async throws { try await self.init(arguments) }

  public init(_ arguments: [String]) async throws {
    kept = try TemporaryFolder()
    self.arguments = arguments
    // Nothing keeps the port for it: another program may take it first.
    var attempt = 0
    while true {
      let port = try FreePort.some(1)[0]
      let program = try Self.start(port, arguments, in: kept.path)
      if try await Self.isReady(program, port) {
        self.port = port
        self.program = program
        return
      }
      attempt += 1
      if attempt == Self.attempts { throw Failure(output: try program.text()) }
    }
  }

  private static let attempts = 3

  public struct Failure: Error { public let output: String }

  /// Ends it as a crash would, and waits until it is gone.
  public func kill() async { await program.kill() }

  /// Starts it again on the same port, with what is in its folder then.
  public func restart() async throws {
    program = try Self.start(port, arguments, in: folder)
    if try await !Self.isReady(program, port) { throw Failure(output: try program.text()) }
  }

  /// Stops and continues its process: connections stay, and nothing is answered.
  public func freeze() async throws { Foundation.kill(try await program.processID(), SIGSTOP) }
  public func thaw() async throws { Foundation.kill(try await program.processID(), SIGCONT) }

  // MARK: By hand

  /// Has it do something that it answers with `OK`.
  public func tell(_ command: String) throws {
    let client = try Client(port: port)
    try client.send("\(command)\r\n")
    let answer = String(decoding: try client.read(through: "\r\n"), as: UTF8.self)
    if !answer.hasPrefix("+OK") { throw Failure(output: answer) }
  }

  /// What it has for a field, or says in a text; `nil` for nothing.
  public func ask(_ command: String) throws -> String? {
    let client = try Client(port: port)
    try client.send("\(command)\r\n")
    let head = String(decoding: try client.read(through: "\r\n"), as: UTF8.self)
    guard head.hasPrefix("$"), let count = Int(head.dropFirst().filter(\.isNumber)),
      !head.hasPrefix("$-")
    else { return nil }
    return String(decoding: try client.read(count: count), as: UTF8.self)
  }

  /// Starts another one that has what this one has, and hears no more of what comes.
  public func replicaThatFallsBehind() async throws -> StoreProcess {
    let replica = try await StoreProcess("--replicaof", "127.0.0.1", "\(port)")
    _ = try await eventually("a replica to be up to date") {
      try replica.ask("INFO replication")?.contains("master_link_status:up") == true ? true : nil
    }
    try replica.tell("REPLICAOF NO ONE")
    return replica
  }

  private static func start(
    _ port: Int, _ arguments: [String], in folder: String
  ) throws -> Program {
    guard let installed else { throw Failure(output: absence) }
    return try Program(
      [
        installed, "--port", "\(port)", "--bind", "127.0.0.1", "--dir", folder,
        "--appendonly", "yes", "--appendfsync", "always", "--save", "",
      ] + arguments)
  }

  /// Waits until it answers, or has ended. While it reads its log it refuses everything.
  private static func isReady(_ program: Program, _ port: Int) async throws -> Bool {
    try await eventually("a store to answer") {
      if program.hasEnded { return false }
      // Nobody listens there yet.
      guard let client = try? Client(port: port) else { return nil }
      try client.send("PING\r\n")
      // It may want a password first, and then it is ready to hear one.
      let answer = String(decoding: try client.read(through: "\r\n"), as: UTF8.self)
      return ["+PONG", "-NOAUTH"].contains(where: answer.hasPrefix) ? true : nil
    }
  }
}
