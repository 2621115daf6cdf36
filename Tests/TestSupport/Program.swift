import EventLoop
internal import Foundation
package import Platform

/// A program that a test started. What it says goes to a file, so that it never waits for a
/// reader; it is killed when its last user lets go of it.
public final class Program {
  private let child: ChildProcess
  private let status: Task<Int32, Never>
  private let command: String
  private let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
  private var output: URL { folder.appending(path: "output") }
  private var number: URL { folder.appending(path: "output.pid") }

  /// Starts a program by its path, or by its name where `PATH` has it. Words with `=` before the
  /// name are for its environment, as with `env(1)`.
  public convenience init(_ words: String...) throws { try self.init(words) }

  public init(_ words: [String]) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let output = folder.appending(path: "output").path
    try Data().write(to: URL(filePath: output))
    child = try ChildProcess(
      "/bin/sh", ["-c", Self.start, output] + words,
      environment: ProcessInfo.processInfo.environment)
    status = Task { [child] in await child.exitStatus() }
    command = words.joined(separator: " ")
  }

  /// The shell becomes the program, so that its number is the program's.
  private static let start = #"echo $$ >"$0.pid"; exec env "$@" </dev/null >"$0" 2>&1"#

  deinit {
    child.send(.kill)
    // A folder that stays behind among the system's temporary files harms nobody.
    try? FileManager.default.removeItem(at: folder)
  }

  /// Waits until the program has said something that matches, and gives back the part in brackets.
  public func said(
    _ pattern: sending Regex<(Substring, Substring)>,
    patienceSeconds: Int = Client.patienceSeconds
  ) async throws -> String {
    let what = "a line like the one expected of \(command)"
    return try await eventually(what, patienceSeconds: patienceSeconds) {
      return try text().firstMatch(of: pattern).map { String($0.1) }
    }
  }

  /// What it has said so far.
  public func text() throws -> String {
    String(decoding: try Data(contentsOf: output), as: UTF8.self)
  }

  public var hasEnded: Bool { child.hasEnded }

  /// The number of its process.
  public func processID() async throws -> Int32 {
    try await eventually("the number of the process of \(command)") {
      // It is not written at once, nor in one piece for all the system promises.
      guard let text = try? String(contentsOf: number, encoding: .utf8), text.hasSuffix("\n")
      else { return nil }
      return Int32(text.dropLast())
    }
  }

  /// Asks the program to end, and waits for its exit status.
  public func terminate() async -> Int32 { await end(with: .terminate) }

  /// Sends the program a signal that ends it, and waits for its exit status.
  package func end(with signal: ProcessSignal) async -> Int32 {
    child.send(signal)
    return await status.value
  }

  /// Waits for the program to end by itself. Returns its exit status and what it said.
  public func finish() async throws -> (status: Int32, output: String) {
    let status = await status.value
    return (status, try text())
  }

  /// Ends the program as a crash would: at once, with nothing tidied up.
  public func kill() async {
    child.send(.kill)
    _ = await status.value
  }

  /// Whether `PATH` has a program of that name.
  public static func isInstalled(_ name: String) -> Bool {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
    }
  }
}
