import Foundation
import HTTPServer
import TestSupport
import Testing

@testable import Platform
@testable import ShowOfHands

@Suite("The program on a Unix socket")
struct UnixSocketServiceTests {
  private let folder: TemporaryFolder
  private var socket: String { "\(folder.path)/show.sock" }

  init() throws { folder = try TemporaryFolder() }

  private func options(_ arguments: String...) throws -> Options {
    try Options(
      ["--listen", "unix:\(socket)", "--root", packageFolder, "--database", ":memory:"]
        + arguments, environment: [:], cores: 1)
  }

  @Test("on a Unix socket the program opens no port, unless one is asked for")
  func port() throws {
    #expect(try !options().opensPort)
    #expect(try options("--port", "0").opensPort)
    #expect(try options("--host", "127.0.0.1").opensPort)
    let environment = ["SHOWOFHANDS_LISTEN": "unix:/run/s", "PORT": "0"]
    let options = try Options([], environment: environment, cores: 1)
    #expect(options.opensPort && options.listen == "/run/s")
    #expect(try Options([], environment: [:], cores: 1).opensPort)
  }

  @Test(
    "what is not the path of a Unix socket is refused in a sentence",
    arguments: [
      "/run/s", "unix:", "tcp:80", "", "unix:\(String(repeating: "x", count: 108))",
    ])
  func badPath(value: String) {
    let error = #expect(throws: UsageError.self) {
      try Options(["--listen", value], environment: [:], cores: 1)
    }
    #expect(error?.message.hasPrefix("--listen cannot be '") == true)
  }

  @Test("on a Unix socket the program answers, and nobody else can have it meanwhile")
  func serves() async throws {
    let service = try await Service.start(try options("--port", "0"), log: .silent)
    let error = await #expect(throws: UsageError.self) {
      try await Service.start(try options(), log: .silent)
    }
    #expect(
      error?.message
        == "A server listens at \(socket) already; stop it or choose another path with --listen.")
    let client = try Client(path: socket)
    #expect(try client.get("/vote?yes=true").text == #"{"vote":"yes"}"#)
    #expect(try service.client().get("/vote?yes=true").status == 200)
    #expect(try service.tally() == "2:0")
    await service.stop()
    #expect(!FileManager.default.fileExists(atPath: socket))
  }

  @Test("a start that fails leaves no Unix socket behind, and one on a file leaves the file")
  func fails() async throws {
    await #expect(throws: UsageError.self) {
      try await Service.start(try options("--database", "/dev/null/votes"), log: .silent)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    try folder.write("kept", to: "show.sock")
    let error = await #expect(throws: UsageError.self) {
      try await Service.start(try options(), log: .silent)
    }
    #expect(error?.message.contains("is no socket, so it stays") == true)
    #expect(try String(contentsOfFile: socket, encoding: .utf8) == "kept")
  }

  @Test(
    "on a Unix socket alone the public address is the only one, and the proxy's at port 80 else")
  func addresses() {
    let url = PublicURL("https://vote.example/poll/")
    let named = JoinAddresses(interfaces: [], port: nil, publicURL: url)
    #expect(named.all.map(\.url) == ["https://vote.example/poll/"])
    #expect(named.onThisMachine.isEmpty)
    let guessed = JoinAddresses(interfaces: [], port: nil)
    #expect(guessed.all.map(\.url) == ["http://localhost/"])
  }

  @Test("a desk kept to this machine opens to a program at the Unix socket, not through a proxy")
  func localDesk() async throws {
    let service = try await Service.start(try options("--desk", "local"), log: .silent)
    #expect(try Client(path: socket).get("/desk").status == 401)
    for field in ["X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1"] {
      #expect(try Client(path: socket).get("/desk", fields: field + "\r\n").status == 403)
    }
    await service.stop()
  }

  @Test("a phone that comes through a proxy at the Unix socket has come through the public address")
  func phones() {
    let joining = Joining(
      host: nil, port: nil, publicURL: PublicURL("https://vote.example/"), interfaces: { [] })
    #expect(!joining.note(visitBy: "unix", fields: [:], milliseconds: 1))
    #expect(!joining.note(visitBy: "unix", fields: ["X-Forwarded-For": "unix:"], milliseconds: 1))
    #expect(
      joining.note(visitBy: "unix", fields: ["X-Forwarded-For": "192.0.2.9"], milliseconds: 1))
    #expect(joining.listed(chosen: nil).map(\.isUsed) == [true])
  }

  @Test("on a Unix socket the program answers beside a port that a service manager has opened")
  func besideInherited() async throws {
    let port = try ListeningSocket.open(host: "127.0.0.1", port: 0)[0]
    let service = try await Service.start(try options(), on: [port], log: .silent)
    #expect(try Client(path: socket).get("/vote?yes=true").status == 200)
    #expect(try service.client().get("/vote?yes=true").status == 200)
    await service.stop()
    #expect(!FileManager.default.fileExists(atPath: socket))
  }

  @Test("a Unix socket that a service manager has opened is served, and outlives the program")
  func inherited() async throws {
    let listener = try ListeningSocket.open(path: socket)
    let number = dup(listener.descriptor.number)
    defer { close(number) }
    let script = #"exec 3<&$0-; LISTEN_PID=$$ LISTEN_FDS=1 exec "$@""#
    let program = try Program(
      "bash", "-c", script, "\(number)", VotingServer.executable, "--root", packageFolder,
      "--database", ":memory:", "--public-url", "https://vote.example/")
    #expect(try await program.said(/reach it at unix:(\S+)/) == socket)
    #expect(try Client(path: socket).get("/health").status == 200)
    #expect(await program.terminate() == 0)
    #expect(FileManager.default.fileExists(atPath: socket))
    listener.shutDown()
  }

  @Test("a Unix socket that a killed program left is taken over by the next")
  func killed() async throws {
    let server = try await VotingServer(["--listen", "unix:\(socket)"])
    #expect(try Client(path: socket).get("/vote?yes=true").status == 200)
    await server.kill()
    #expect(throws: Client.Failure.refused) { try Client(path: socket) }
    try await server.start()
    #expect(try Client(path: socket).get("/result.json").text.contains(#""yes":1"#))
    #expect(await server.terminate() == 0)
    #expect(!FileManager.default.fileExists(atPath: socket))
  }
}
