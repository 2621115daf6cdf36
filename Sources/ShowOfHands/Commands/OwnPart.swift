import HTTPServer
import Platform
import Rehearsal

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a rehearsal starts this program for, once more: `rehearse --part …`. Nobody types it, and no
/// help lists it. A part says on standard output how it goes, a line each, and ends when its standard
/// input does: when the rehearsal has ended, whatever ended it.
enum OwnPart: Equatable {
  /// Holds screens; see `holdScreens`.
  case screens(Int, at: Endpoint, source: Int)
  /// A server on a port of its own: says `port` and which, or `failed` and why; `said` and what it
  /// says meanwhile.
  case server(store: String, ballots: String?, root: String?)
  /// A throwaway store on a port of its own: says `port` and which and `pid` and its process's number,
  /// or `failed` and why.
  case store(program: String)

  static let word = "--part"

  /// Behind the word `rehearse`.
  var arguments: [String] {
    switch self {
    case .screens(let count, let endpoint, let source):
      [Self.word, "screens", "\(count)", endpoint.description, "\(source)"]
    case .server(let store, let ballots, let root):
      [Self.word, "server", store, ballots ?? "", root ?? ""]
    case .store(let program): [Self.word, "store", program]
    }
  }

  /// - Returns: `nil` for what is no part.
  init?(_ arguments: [String]) {
    switch (arguments.first, arguments.dropFirst().first, arguments.count) {
    case (Self.word, "screens", 5):
      guard let count = Int(arguments[2]), let endpoint = Endpoint(arguments[3]),
        let source = Int(arguments[4])
      else { return nil }
      self = .screens(count, at: endpoint, source: source)
    case (Self.word, "server", 5):
      func given(_ text: String) -> String? { text.isEmpty ? nil : text }
      self = .server(
        store: arguments[2], ballots: given(arguments[3]), root: given(arguments[4]))
    case (Self.word, "store", 3): self = .store(program: arguments[2])
    default: return nil
    }
  }

  /// Starts it, in a process of its own.
  /// - Parameter executable: this program.
  func start(_ executable: String = Executable.path) throws(SystemError) -> PipedProcess {
    try PipedProcess(
      executable, ["rehearse"] + arguments,
      environment: ProcessInfo.processInfo.environment)
  }

  /// Carries it out, in this process.
  /// - Returns: the exit status.
  func run() async -> Int32 {
    do {
      switch self {
      case .screens(let count, let endpoint, let source):
        try await holdScreens(count, at: endpoint, source: source)
      case .server(let store, let ballots, let root):
        try await serve(store: store, ballots: ballots, root: root)
      case .store(let program): try await keep(program)
      }
      return 0
    } catch {
      Self.say("failed \((error as? UsageError)?.message ?? "\(error)")")
      return 1
    }
  }

  private func serve(store: String, ballots: String?, root: String?) async throws {
    let ended = try Self.endOfInput()
    var arguments = ["--host", "127.0.0.1", "--port", "0", "--store", store]
    if let ballots { arguments += ["--ballots", ballots] }
    if let root { arguments += ["--root", root] }
    // The environment is for the server people vote at.
    let options = try Options(
      arguments, environment: [:], cores: ProcessInfo.processInfo.activeProcessorCount)
    let service = try await Service.start(options, log: Log { Self.say("said \($0)") })
    Self.say("port \(service.server.port)")
    for await _ in ended {}
    // Nobody misses what it has: it does not say goodbye.
  }

  private func keep(_ program: String) async throws {
    let ended = try Self.endOfInput()
    let folder = FileManager.default.temporaryDirectory.path + "/rehearsal-\(UUID())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer {
      // What stays behind among the system's temporary files harms nobody.
      try? FileManager.default.removeItem(atPath: folder)
    }
    let store = ThrowawayStore(program, in: folder)
    // Who asked for it may have gone before it says a word.
    let ending = Task {
      for await _ in ended {}
      await store.end()
    }
    let (port, number) = try await store.start()
    Self.say("port \(port) pid \(number)")
    await ending.value
  }

  private static func endOfInput() throws(SystemError) -> AsyncStream<Never> {
    let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
    try StandardInput.follow { _ in
    } atEnd: {
      continuation.finish()
    }
    return stream
  }

  private static func say(_ line: String) {
    // Nobody listens any more: standard input is over, too.
    try? StandardOutput.write(line.split(separator: "\n").joined(separator: " ") + "\n")
  }
}
