public import Foundation
import Testing

/// The built program on a port of its own, with a database that outlives a kill.
public final class VotingServer {
  public struct Result: Decodable, Equatable {
    public var yes: Int
    public var no: Int
    public var connected: Int
  }

  private let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
  public var database: String { folder.appending(path: "votes.sqlite").path }
  private var program: Program?
  public private(set) var port = 0

  public init() async throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try await start()
  }

  deinit {
    program?.kill()
    // A folder that stays behind among the system's temporary files harms nobody.
    try? FileManager.default.removeItem(at: folder)
  }

  /// Starts the program, after a kill on the same port as before.
  public func start() async throws {
    let program = try Program(
      Self.executable,
      [
        "--host", "127.0.0.1", "--port", "\(port)", "--root", Self.root,
        "--database", database,
        "--question", "Is it light?", "--yes", "Yes", "--no", "No",
      ])
    port = try #require(Int(try await program.said(/http:\/\/[^\/\s]+:(\d+)/)))
    self.program = program
  }

  public func kill() {
    program?.kill()
  }

  /// Stops it as Ctrl-C does. Returns the exit status.
  public func terminate() -> Int32? { program?.terminate() }

  public func client() throws -> Client { try Client(port: port) }

  public func url(_ path: String, host: String = "127.0.0.1") -> URL {
    URL(string: "http://\(host):\(port)\(path)")!
  }

  public func result() throws -> Result {
    let reply = try client().get("/result.json")
    return try JSONDecoder().decode(Result.self, from: Data(reply.body))
  }

  /// The program is built into the folder where the test bundle is.
  public static var executable: String {
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
