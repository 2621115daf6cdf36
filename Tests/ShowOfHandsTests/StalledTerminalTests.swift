import Foundation
import Platform
import TestSupport
import Testing

@Suite("A terminal nobody reads")
struct StalledTerminalTests {
  /// The program on an inherited socket, so that its port is known though nobody reads what it says:
  /// standard error is a pipe that is open and full.
  private static let script = #"""
    exec 3<&$0-; LISTEN_PID=$$ LISTEN_FDS=1 exec "$@" 2>"$PIPE"
    """#

  @Test("a pipe that nobody reads holds up neither requests nor the end of the program")
  func pipeNobodyReads() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let pipe = folder.appending(path: "log").path
    unsafe #expect(mkfifo(pipe, 0o600) == 0)
    // For reading and writing, so that opening it waits for nobody; nobody reads.
    let reader = unsafe open(pipe, O_RDWR)
    defer { close(reader) }

    let listener = try ListeningSocket.open(host: "127.0.0.1", port: 0)[0]
    let handedOn = dup(listener.descriptor.number)
    defer { close(handedOn) }
    let program = try Program(
      "PIPE=\(pipe)", "bash", "-c", Self.script, "\(handedOn)", VotingServer.executable,
      "--root", packageFolder, "--database", ":memory:", "--log", "requests")

    let client = try Client(port: listener.port)
    // More lines than a pipe takes, which is 64 KiB.
    for _ in 0..<4096 {
      #expect(try client.get("/health").status == 200)
    }
    #expect(await program.terminate() == 0)
  }

  @Test("a terminal that closes ends the program as orderly as SIGTERM does")
  func closedTerminal() async throws {
    let program = try Program(
      VotingServer.executable, "--port", "0", "--host", "127.0.0.1", "--root", packageFolder,
      "--database", ":memory:")
    let port = try #require(Int(try await program.said(/http:\/\/[^\/\s]+:(\d+)/)))
    let screen = try Client(port: port)
    try screen.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
    _ = try screen.head()
    #expect(await program.end(with: .hangUp) == 0)
    let rest = String(decoding: try screen.readToEnd(), as: UTF8.self)
    #expect(rest.hasSuffix("0\r\n\r\n"), "the stream is ended, not cut")
  }
}
