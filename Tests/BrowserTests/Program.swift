import Foundation

/// A program that a test started. What it says goes to a file, so that it never waits for a
/// reader; it is killed when its last user lets go of it.
final class Program {
  private let process = Process()
  private let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
  private var output: URL { folder.appending(path: "output") }

  /// Starts a program by its path, or by its name where `PATH` has it.
  init(_ name: String, _ arguments: [String]) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data().write(to: output)
    let handle = try FileHandle(forWritingTo: output)
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [name] + arguments
    process.standardInput = FileHandle.nullDevice
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
  func said(_ pattern: sending Regex<(Substring, Substring)>) async throws -> String {
    try await eventually("a line like the one expected of \(process.arguments ?? [])") {
      let text = String(decoding: try Data(contentsOf: output), as: UTF8.self)
      return text.firstMatch(of: pattern).map { String($0.1) }
    }
  }

  /// Ends the program as a power cut would.
  func kill() {
    guard process.isRunning else { return }
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Whether `PATH` has a program of that name.
  static func isInstalled(_ name: String) -> Bool {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").contains {
      FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
    }
  }
}

struct Timeout: Error, CustomStringConvertible {
  let description: String
}

/// Asks again until there is an answer, for at most 20 seconds.
func eventually<Value>(
  _ what: @autoclosure () -> String, _ ask: () async throws -> Value?
) async throws -> Value {
  let deadline = ContinuousClock.now + .seconds(20)
  while true {
    if let value = try await ask() { return value }
    if ContinuousClock.now > deadline { throw Timeout(description: "waited in vain for \(what())") }
    try await Task.sleep(for: .milliseconds(20))
  }
}
