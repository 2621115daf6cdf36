import Foundation
import HTTPServer
import Synchronization
import TestSupport
import Testing

@testable import ShowOfHands

/// The site behind real proxies, as Proxies.md sets them up. A proxy that is not installed is passed
/// over, with a word.
@Suite("A real proxy")
struct RealProxyTests {
  @Test("every real proxy is here to be tried")
  func areInstalled() throws {
    let missing = Set(Proxy.Kind.allCases.flatMap(\.missingPrograms)).sorted()
    if !missing.isEmpty {
      try Test.cancel("not on PATH, and not tried: \(missing.joined(separator: ", "))")
    }
  }

  /// Every proxy at the root by the port, and at a path by the Unix socket.
  static let setups = Proxy.Kind.allCases.flatMap { [($0, "/"), ($0, "/poll/")] }

  @Test(
    "a real proxy carries pages, votes, cookies, the desk and the stream over TLS and HTTP/2",
    arguments: setups)
  func everything(kind: Proxy.Kind, path: String) async throws {
    try kind.require()
    try await withSite(behind: kind, at: path) { proxy, log in
      let cookie = try await checkPages(proxy)
      let stream = try proxy.follow("stream")
      _ = try await stream.said(/(data: \{"yes":0,"no":0\})/)
      try await checkVotes(proxy, cookie)
      // The stream is still open: nothing held it back.
      _ = try await stream.said(/(data: \{"yes":0,"no":1\})/)
      #expect(!stream.hasEnded)
      try await checkDesk(proxy)
      // Caddy passes on what no client of its own can have written.
      let client = kind == .caddy ? "127.0.0.1" : "192.0.2.7"
      #expect(log.all.contains { $0.contains(" \(client) POST /vote 303 ") }, "\(log.all)")
    }
  }

  /// - Returns: the ballot.
  private func checkPages(_ proxy: Proxy) async throws -> String {
    let page = try await proxy.request("")
    #expect(page.status == 200)
    #expect(page.text.contains("</html>"))
    let cookie = try #require(page.cookies.first)
    #expect(cookie.hasPrefix("ballot-"))
    #expect(cookie.contains("; Secure") && cookie.contains("; Path=\(proxy.path);"), "\(cookie)")
    #expect(try await proxy.request("style.css")["content-type"]?.hasPrefix("text/css") == true)
    #expect(try await proxy.request("newest.json").text.contains(proxy.url))
    if proxy.path != "/" {
      let moved = try await proxy.requestWithoutSlash()
      #expect((300..<400).contains(moved.status))
      #expect(moved["location"]?.hasSuffix(proxy.path) == true)
    }
    return String(cookie.prefix { $0 != ";" })
  }

  private func checkVotes(_ proxy: Proxy, _ cookie: String) async throws {
    let foreign = try await proxy.request(
      "vote", "-d", "yes=true", "-b", cookie, "-H", "Origin: https://elsewhere.example")
    #expect(foreign.status == 403)
    let form = [
      "-b", cookie, "-H", "Origin: \(proxy.origin)", "-H", "Accept: text/html",
      "-H", "Sec-Fetch-Mode: navigate", "-H", "X-Forwarded-For: 192.0.2.7",
    ]
    let pressed = try await proxy.request("vote", form + ["-d", "yes=false"])
    #expect(pressed.status == 303)
    #expect(pressed["location"] == "./")
    let counted = try await proxy.request("result.json")
    #expect(counted.text.contains(#""yes":0,"#) && counted.text.contains(#""no":1,"#))
  }

  private func checkDesk(_ proxy: Proxy) async throws {
    let session = try await proxy.request(
      "desk/session", "-d", "key=\(Self.key)", "-H", "Origin: \(proxy.origin)")
    #expect(session.status == 200)
    let cookie = try #require(session.cookies.first { $0.hasPrefix("desk-") })
    #expect(cookie.contains("; Secure") && cookie.contains("; Path=\(proxy.path);"), "\(cookie)")
    let close = try await proxy.request(
      "desk/close", "-X", "POST", "-d", "", "-b", String(cookie.prefix { $0 != ";" }),
      "-H", "Origin: \(proxy.origin)")
    #expect(close.status == 200, "\(close.text)")
    #expect(close.text.contains("closed"))
  }

  // MARK: Settings of others

  @Test("a real proxy that sets no field at all, as nginx by itself, has presses counted")
  func bareNginx() async throws {
    try Proxy.Kind.nginx.require()
    let bare = "location /poll/ { proxy_pass http://127.0.0.1:3000/; }"
    try await withSite(behind: .nginx, at: "/poll/", lines: bare) { proxy, log in
      let stream = try proxy.follow("stream")
      _ = try await stream.said(/(data: \{"yes":0,"no":0\})/)
      let pressed = try await proxy.request(
        "vote", "-d", "yes=true", "-H", "Origin: \(proxy.origin)")
      #expect(pressed.text == #"{"vote":"yes"}"#)
      _ = try await stream.said(/(data: \{"yes":1,"no":0\})/)
      // It says nothing of whom it had the request from.
      #expect(log.all.contains { $0.contains(" unix POST /vote 200 ") })
    }
  }

  @Test("a real proxy that changes Host, and no --public-url: the refusal says what to do")
  func unknownHost() async throws {
    try Proxy.Kind.nginx.require()
    let bare = "location / { proxy_pass http://127.0.0.1:3000/; }"
    try await withService { service in
      let proxy = try await Proxy(.nginx, lines: bare) { _ in .port(service.port) }
      let pressed = try await proxy.request(
        "vote", "-d", "yes=true", "-H", "Origin: \(proxy.origin)")
      #expect(pressed.status == 403)
      #expect(pressed.text.contains(Proxy.host))
      #expect(pressed.text.contains("127.0.0.1:\(service.port)"))
      #expect(pressed.text.contains("--public-url"))
      let named = try await proxy.request(
        "vote", "-d", "yes=true", "-H", "Origin: \(proxy.origin)",
        "-H", "X-Forwarded-Host: \(Proxy.host):\(proxy.securePort)")
      #expect(named.status == 200)
    }
  }

  // MARK: A restart

  private static let voters = 6
  private static let restarts = 2
  private static let votesBetween = 60

  /// What became of one voter's votes.
  private struct Diary {
    var acknowledged = 0
    /// The proxy, or nobody, had an answer: it may be counted or not.
    var unknown = 0
  }

  @Test(
    "a real proxy and a server that restarts under votes: what was acknowledged is counted",
    arguments: Proxy.Kind.allCases, [ProcessEnd.terminate, .kill])
  func restart(kind: Proxy.Kind, end: ProcessEnd) async throws {
    try kind.require()
    let folder = try TemporaryFolder()
    let socket = "\(folder.path)/show.sock"
    let server = try await VotingServer(["--listen", "unix:\(socket)"])
    try openToAll(socket)
    let proxy = try await Proxy(kind) { _ in .socket(socket) }
    let isOver = Signal()
    let (answers, continuation) = AsyncStream.makeStream(of: Void.self)
    let port = proxy.port
    let diaries = try await withThrowingTaskGroup(of: Diary.self) { group in
      for _ in 0..<Self.voters {
        group.addTask {
          try await onThread {
            // Who waits for answers does not wait for one that never comes.
            defer { continuation.finish() }
            return try Self.vote(at: port, until: isOver) { continuation.yield() }
          }
        }
      }
      for _ in 0..<Self.restarts {
        for await _ in answers.prefix(Self.votesBetween) {}
        switch end {
        case .terminate: #expect(await server.terminate() == 0)
        case .kill: await server.kill()
        }
        #expect(FileManager.default.fileExists(atPath: socket) == (end == .kill))
        try await server.start()
        try openToAll(socket)
      }
      for await _ in answers.prefix(Self.votesBetween) {}
      isOver.fire()
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let least = diaries.reduce(0) { $0 + $1.acknowledged }
    let most = diaries.reduce(least) { $0 + $1.unknown }
    #expect(least >= Self.votesBetween * (Self.restarts + 1))
    #expect((least...most).contains(try server.result().yes))
  }

  enum ProcessEnd {
    case terminate
    case kill
  }

  /// Votes by post, which no proxy sends twice.
  private static func vote(
    at port: Int, until isOver: Signal, answered: @Sendable () -> Void
  ) throws -> Diary {
    var diary = Diary()
    while !isOver.hasFired {
      let client = try Client(port: port)
      do {
        while !isOver.hasFired {
          try client.send(post)
          let reply = try client.reply()
          if reply.status != 200 {
            diary.unknown += 1
            break
          }
          diary.acknowledged += 1
          answered()
          if reply["connection"] == "close" { break }
        }
      } catch Client.Failure.closed {
        diary.unknown += 1
      }
    }
    return diary
  }

  private static let post = """
    POST /vote HTTP/1.1\r
    Host: \(Proxy.host)\r
    Content-Type: application/x-www-form-urlencoded\r
    Content-Length: 8\r
    \r
    yes=true
    """

  // MARK: A site behind it

  private static let key = "a-key-of-the-presenter"

  final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    var log: Log { Log { line in self.lines.withLock { $0.append(line) } } }
  }

  /// Runs the program behind a proxy: at the root by its port, at a path by its Unix socket.
  private func withSite(
    behind kind: Proxy.Kind, at path: String, lines: String? = nil,
    _ body: (Proxy, Lines) async throws -> Void
  ) async throws {
    let log = Lines()
    let folder = try TemporaryFolder()
    let socket = "\(folder.path)/show.sock"
    var service: Service?
    let result: Result<Void, any Error>
    do {
      let proxy = try await Proxy(kind, at: path, lines: lines) { url in
        await service?.stop()
        let place =
          path == "/" ? ["--host", "127.0.0.1", "--port", "0"] : ["--listen", "unix:\(socket)"]
        let options = try Options(
          place + [
            "--public-url", url, "--root", packageFolder, "--database", ":memory:",
            "--presenter-key", Self.key, "--log", "requests", "--trusted-proxy", "unix,127.0.0.0/8",
          ], environment: [:], cores: 2)
        let started = try await Service.start(options, log: log.log)
        service = started
        if path == "/" { return .port(started.port) }
        try openToAll(socket)
        return .socket(socket)
      }
      try await body(proxy, log)
      result = .success(())
    } catch {
      result = .failure(error)
    }
    await service?.stop()
    try result.get()
  }

  /// Apache gives up being root, in whose group it is not.
  private func openToAll(_ socket: String) throws {
    try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: socket)
  }
}
