public import Foundation

/// A program that a test started. What it says goes to a file, so that it never waits for a
/// reader; it is killed when its last user lets go of it.
public final class Program {
  private let process = Process()
  private let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
  private var output: URL { folder.appending(path: "output") }

  /// Starts a program by its path, or by its name where `PATH` has it.
  public init(
    _ name: String, _ arguments: [String], standardInput: FileHandle = .nullDevice
  ) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data().write(to: output)
    let handle = try FileHandle(forWritingTo: output)
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [name] + arguments
    process.standardInput = standardInput
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
  }

  deinit {
    kill()
    // A folder that stays behind among the system's temporary files harms nobody.
    try? FileManager.default.removeItem(at: folder)
  }

  /// Waits until the program has said something that matches, and gives back the part in brackets.
  public func said(_ pattern: sending Regex<(Substring, Substring)>) async throws -> String {
    try await eventually("a line like the one expected of \(process.arguments ?? [])") {
      let text = String(decoding: try Data(contentsOf: output), as: UTF8.self)
      return text.firstMatch(of: pattern).map { String($0.1) }
    }
  }

  public var processIdentifier: Int32 { process.processIdentifier }

  /// Asks the program to end, and waits for its exit status.
  public func terminate() -> Int32 {
    process.terminate()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Waits for the program to end by itself. Returns its exit status and what it said.
  public func finish() throws -> (status: Int32, output: String) {
    process.waitUntilExit()
    let text = String(decoding: try Data(contentsOf: output), as: UTF8.self)
    return (process.terminationStatus, text)
  }

  /// Ends the program as a crash would: at once, with nothing tidied up.
  public func kill() {
    guard process.isRunning else { return }
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Whether `PATH` has a program of that name.
  public static func isInstalled(_ name: String) -> Bool {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
    }
  }
}
