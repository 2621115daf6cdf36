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
  private let listener: Int32?
  private let openFilesMax: Int?
  private let arguments: [String]
  /// The URL of the store in place of a database.
  private let store: String?
  /// What the next start asks; with none, it asks what the program asks by itself.
  public var question: String?

  /// - Parameters:
  ///   - listener: the descriptor of a listening socket, open in programs that are started, that the
  ///     program is to serve on, every time it starts, instead of one of its own.
  ///   - openFilesMax: the limit on its open files, if not this process's.
  ///   - question: what it asks.
  ///   - store: the URL of one, in place of a database.
  ///   - arguments: more of them.
  public init(
    on listener: Int32? = nil, openFilesMax: Int? = nil, question: String? = "Is it light?",
    store: String? = nil, _ arguments: [String] = []
  ) async throws {
    self.store = store
    self.question = question
    self.arguments = arguments
    self.listener = listener
    self.openFilesMax = openFilesMax
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try await start()
  }

  deinit {
    // Ended before its files go, so that it makes no new ones.
    program = nil
    // A folder that stays behind among the system's temporary files harms nobody.
    try? FileManager.default.removeItem(at: folder)
  }

  /// Starts the program, after a kill on the same port as before.
  public func start() async throws {
    let command =
      [
        Self.executable,
        "--host", "127.0.0.1", "--port", "\(port)", "--root", packageFolder,
        store == nil ? "--database" : "--store", store ?? database,
      ] + (question.map { ["--question", $0, "--yes", "Yes", "--no", "No"] } ?? []) + arguments
    let limited = openFilesMax.map { ["sh", "-c", Self.limitOpenFiles, "\($0)"] } ?? []
    let wrapper = listener.map { ["bash", "-c", Self.passListener, "\($0)"] } ?? []
    let program = try Program(limited + wrapper + command)
    port = try #require(Int(try await program.said(/http:\/\/[^\/\s]+:(\d+)/)))
    self.program = program
  }

  /// What a service manager does, in a shell that knows numbers of more than one digit.
  private static let passListener = #"exec 3<&$0-; LISTEN_PID=$$ LISTEN_FDS=1 exec "$@""#

  private static let limitOpenFiles = #"ulimit -n "$0" && exec "$@""#

  /// The key of its desk, as it says at every start.
  public func deskKey() async throws -> String {
    try await #require(program).said(/present with \S+desk#(\S+)/)
  }

  /// The number of the process that runs now.
  public func processID() async throws -> Int32 { try await #require(program).processID() }

  public func kill() async { await program?.kill() }

  /// Leaves its database behind: the next start has a new one.
  public func dropDatabase() throws {
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      try FileManager.default.removeItem(at: folder.appending(path: file))
    }
  }

  /// Stops it as Ctrl-C does. Returns the exit status.
  public func terminate() async -> Int32? { await program?.terminate() }

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
}
