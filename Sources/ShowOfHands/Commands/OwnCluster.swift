import Platform

/// Why servers of a rehearsal's own do not start: one sentence.
struct ClusterError: Error, CustomStringConvertible {
  let description: String
}

/// Servers that share one throwaway store, each of them in a process of its own.
actor OwnCluster {
  private let count: Int
  private let program: String
  private let executable: String
  private let part: @Sendable (_ store: String) -> OwnPart
  /// The store first; also those that are not ready yet.
  private var processes: [PipedProcess] = []
  private var following: [Task<Void, Never>] = []
  private(set) var isEnding = false

  private(set) var storeNumber: Int32?
  private(set) var urls: [String] = []
  /// The servers' processes.
  var serverNumbers: [Int32] { processes.dropFirst().map(\.number) }
  /// What the servers said while people voted, and then more.
  private(set) var said: [String] = []

  /// - Parameters:
  ///   - program: of the store.
  ///   - executable: this program.
  ///   - part: a server at that store.
  init(
    servers: Int, _ program: String, executable: String = Executable.path,
    part: @escaping @Sendable (_ store: String) -> OwnPart
  ) {
    count = servers
    self.program = program
    self.executable = executable
    self.part = part
  }

  /// Starts all of it; where it throws, `end` ends what was started.
  func start(_ progress: (String) -> Void) async throws(ClusterError) {
    progress("the store starts")
    let store = try await start(.store(program: program))
    storeNumber = store.number
    for number in 1...count {
      progress("server \(number) of \(count) starts")
      let server = try await start(part("valkey://127.0.0.1:\(store.port)"))
      urls.append("http://127.0.0.1:\(server.port)")
    }
  }

  /// - Returns: its port, and the number of the process that does the work.
  private func start(_ part: OwnPart) async throws(ClusterError) -> (port: Int, number: Int32) {
    if isEnding { throw ClusterError(description: "It was ended.") }
    let process: PipedProcess
    do throws(SystemError) {
      process = try part.start(executable)
    } catch {
      throw ClusterError(description: "A server cannot be started: \(error).")
    }
    processes.append(process)
    for await line in process.lines {
      let words = line.split(separator: " ", maxSplits: 1)
      guard words.count == 2 else { continue }
      if words[0] == "failed" { throw ClusterError(description: String(words[1])) }
      if words[0] == "port", let (port, number) = Self.numbers(words[1]) {
        following.append(Task { for await line in process.lines { hear(line) } })
        return (port, number ?? process.number)
      }
    }
    throw ClusterError(
      description: await process.exitStatus() == ProcessSignal.kill.exitStatus
        ? "A server was ended by somebody else; is there enough memory?"
        : "A server ended before it had started.")
  }

  /// `3000`, or `3000 pid 77`.
  private static func numbers(_ text: Substring) -> (port: Int, number: Int32?)? {
    let words = text.split(separator: " ")
    guard let port = words.first.flatMap({ Int($0) }) else { return nil }
    return (port, words.count == 3 ? Int32(words[2]) : nil)
  }

  private func hear(_ line: String) {
    guard said.count < Self.maxLines, line.hasPrefix("said ") else { return }
    said.append(String(line.dropFirst("said ".count)))
  }

  private static let maxLines = 20

  /// Ends all of it, and waits until nothing is left. It may be called again.
  func end() async {
    isEnding = true
    for server in processes.dropFirst() { server.send(.kill) }
    // It ends the store, and removes what that wrote.
    processes.first?.endInput()
    for process in processes { _ = await process.exitStatus() }
  }
}
