import Testing

/// A real proxy in front of a server, with the lines that Proxies.md has for it. It ends with its last
/// user.
public final class Proxy {
  public enum Kind: String, CaseIterable, Sendable {
    case nginx
    case caddy
    case haproxy
    case apache

    /// The program's name.
    fileprivate var program: String { self == .apache ? "apache2" : rawValue }

    /// What it takes, and is not here.
    public var missingPrograms: [String] {
      [program, "openssl", "curl"].filter { !Program.isInstalled($0) }
    }

    /// Ends the test, which is not failed, where the proxy is missing.
    public func require() throws {
      if let missing = missingPrograms.first { try Test.cancel("\(missing) is not on PATH") }
    }
  }

  /// Where the server behind it is.
  public enum Upstream: Sendable {
    case port(Int)
    case socket(String)
  }

  public let kind: Kind
  /// Of the folder that the site is at, with slashes at both ends.
  public let path: String
  /// Plain HTTP/1.1.
  public let port: Int
  /// TLS, with HTTP/2.
  public let securePort: Int
  /// The name of the site, which leads nowhere.
  public static let host = "vote.example"

  private let folder: TemporaryFolder
  private var program: Program

  /// - Parameters:
  ///   - site: makes the server behind it, which has to know where people find it.
  ///   - lines: in place of those of the page.
  ///   - outside: what stands beside the site, in nginx.
  public init(
    _ kind: Kind, at path: String = "/", lines: String? = nil, outside: String = "",
    inFrontOf site: (_ url: String) async throws -> Upstream
  ) async throws {
    self.kind = kind
    self.path = path
    folder = try TemporaryFolder()
    // Nothing keeps the ports for the proxy: another program may take one first.
    var started: (Program, [Int])?
    var output = ""
    for _ in 0..<Self.attempts where started == nil {
      let ports = try FreePort.some(2)
      let upstream = try await site("https://\(Self.host):\(ports[1])\(path)")
      let setup = ProxySetup(
        kind, at: path, upstream, port: ports[0], securePort: ports[1], folder: folder.path,
        outside: outside)
      try folder.write(try setup.configuration(lines), to: "configuration")
      try await setup.makeCertificate()
      let program = try Program(setup.command)
      if try await Self.listens(program, on: ports) { started = (program, ports) }
      output = try program.text()
    }
    let (program, ports) = try #require(started, "\(kind) does not start: \(output)")
    self.program = program
    (port, securePort) = (ports[0], ports[1])
  }

  private static let attempts = 3

  /// Waits until it does, or has ended.
  private static func listens(_ program: Program, on ports: [Int]) async throws -> Bool {
    try await eventually("a proxy to listen") {
      if program.hasEnded { return false }
      // Nobody listens there yet.
      let open = ports.filter { (try? Client(port: $0)) != nil }
      return open.count == ports.count ? true : nil
    }
  }

  /// The site's address, as people have it.
  public var url: String { "\(origin)\(path)" }
  public var origin: String { "https://\(Self.host):\(securePort)" }

  /// Starts the proxy again, with other lines.
  public func restart(_ lines: String, _ upstream: Upstream) async throws {
    _ = await program.terminate()
    let setup = ProxySetup(
      kind, at: path, upstream, port: port, securePort: securePort, folder: folder.path)
    try folder.write(try setup.configuration(lines), to: "configuration")
    program = try Program(setup.command)
    try #require(try await Self.listens(program, on: [port, securePort]))
  }

  /// Asks for an address below the site's with `curl`, over TLS and HTTP/2.
  /// - Parameter options: more of curl's.
  public func request(_ target: String, _ options: String...) async throws -> Reply {
    try await request(target, options)
  }

  public func request(_ target: String, _ options: [String]) async throws -> Reply {
    try await reply(to: curl(options) + ["-i", "\(url)\(target)"])
  }

  /// Asks for the site as people type it.
  public func requestWithoutSlash() async throws -> Reply {
    try await reply(to: curl([]) + ["-i", String(url.dropLast())])
  }

  private func reply(to command: [String]) async throws -> Reply {
    let program = try Program(command)
    let (status, output) = try await program.finish()
    try #require(status == 0, "curl ended with \(status): \(output)")
    return Reply(curl: output)
  }

  /// Follows a stream until the last user lets go of it.
  public func follow(_ target: String) throws -> Program {
    // The test ends it, however slow the machine is.
    try Program(curl(["-N", "--max-time", "3600"]) + ["\(url)\(target)"])
  }

  private func curl(_ options: [String]) -> [String] {
    [
      "curl", "-sk", "--http2", "--noproxy", "*", "--max-time", "\(Client.patienceSeconds)",
      "--resolve", "\(Self.host):\(securePort):127.0.0.1",
    ] + options
  }
}
