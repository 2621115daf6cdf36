import Platform
import Rehearsal

/// `health`: asks a server on this machine whether it takes votes, for a container's health check and
/// for scripts, with no other program.
struct HealthCommand: Subcommand {
  let endpoint: Endpoint
  /// As messages name it.
  let place: String
  let wantsHelp: Bool

  /// What a health check waits at most.
  private static let patience: Duration = .seconds(4)

  /// - Parameters:
  ///   - arguments: behind the word `health`.
  ///   - environment: says where the server is, as it does to the server itself.
  /// - Throws: `UsageError` for an option that is unknown, lacks its value or has a bad one.
  init(_ arguments: some Sequence<String>, environment: [String: String]) throws(UsageError) {
    let words = Array(arguments)
    let names = words.filter { $0.hasPrefix("-") }.map { String($0.prefix { $0 != "=" }) }
    let known = ["--port", "--host", "--listen", "--help", "-h"]
    if let name = names.first(where: { !known.contains($0) }) {
      throw UsageError("There is no option \(printable(name)). See health --help.")
    }
    let variables = environment.filter { variable in
      ["PORT", "_HOST", "_LISTEN"].contains { variable.key.hasSuffix($0) }
    }
    let options = try Options(words, environment: variables, cores: 1)
    wantsHelp = options.wantsHelp
    if let path = options.listen, !options.opensPort, let socket = Endpoint(socketPath: path) {
      endpoint = socket
      place = "unix:\(printable(path, maxCharacters: SocketAddress.maxPathBytes))"
      return
    }
    let isOfAllInterfaces = [nil, "::", "0.0.0.0"].contains(options.host)
    let host = isOfAllInterfaces ? "127.0.0.1" : options.host ?? "127.0.0.1"
    endpoint = Endpoint(host: host, port: options.port)
    place = "port \(options.port) of \(printable(host))"
  }

  /// - Returns: the exit status: 0 where it takes votes, else 1.
  /// - Throws: `UsageError` where the answer cannot be written.
  func run() async throws(UsageError) -> Int32 {
    let status: Int?
    do throws(SystemError) {
      status = try await Rehearsal.status(of: "/health", at: endpoint, within: Self.patience)
    } catch {
      try Program.say("Nobody takes votes on \(place): \(error.reason).")
      return 1
    }
    switch status {
    case nil: try Program.say("What is on \(place) does not answer in time.")
    case 200: try Program.say("Votes are taken on \(place).")
    case 503:
      try Program.say(
        "Votes cannot be stored on \(place) at present, or some are missing; see its log.")
    case let status?: try Program.say("What is on \(place) answers with \(status).")
    }
    return status == 200 ? 0 : 1
  }

  var help: String { Self.helpText }

  private static let helpText = """
    Usage: ShowOfHands health [options]

    Asks the server on this machine whether it takes votes. Ends with status 0 if it does, else 1.

      --port N            where it listens; default: as for the server, its variables included
      --host NAME         likewise; of a server on all interfaces, this machine
      --listen unix:PATH  likewise, where no port is open
      --help              this text
    """
}
