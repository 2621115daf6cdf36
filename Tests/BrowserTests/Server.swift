import Foundation
import TestSupport
import Testing

/// The built program on a port of its own, with a database that outlives a kill.
final class Server {
  struct Result: Decodable, Equatable {
    var yes: Int
    var no: Int
    var connected: Int
  }

  private let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
  private var program: Program?
  private var port = 0

  init() async throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try await start()
  }

  deinit {
    program?.kill()
    // A folder that stays behind among the system's temporary files harms nobody.
    try? FileManager.default.removeItem(at: folder)
  }

  /// Starts the program, after a kill on the same port as before.
  func start() async throws {
    let program = try Program(
      Self.executable,
      [
        "--host", "127.0.0.1", "--port", "\(port)", "--root", Self.root,
        "--database", folder.appending(path: "votes.sqlite").path,
        "--question", "Is it light?", "--yes", "Yes", "--no", "No",
      ])
    port = try #require(Int(try await program.said(/http:\/\/[^\/\s]+:(\d+)/)))
    self.program = program
  }

  func kill() {
    program?.kill()
  }

  func url(_ path: String, host: String = "127.0.0.1") -> URL {
    URL(string: "http://\(host):\(port)\(path)")!
  }

  func result() throws -> Result {
    let reply = try Client(port: port).get("/result.json")
    return try JSONDecoder().decode(Result.self, from: Data(reply.body))
  }

  /// The program is built into the folder where the test bundle is.
  private static var executable: String {
    for argument in CommandLine.arguments {
      guard let bundle = argument.range(of: ".xctest") else { continue }
      let folder = URL(filePath: String(argument[..<bundle.lowerBound])).deletingLastPathComponent()
      return folder.appending(path: "ShowOfHands").path
    }
    preconditionFailure("no test bundle among \(CommandLine.arguments)")
  }

  private static var root: String {
    var folder = URL(filePath: #filePath)
    for _ in 0..<3 { folder.deleteLastPathComponent() }
    return folder.path
  }
}
