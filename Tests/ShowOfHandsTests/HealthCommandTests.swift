import Foundation
import Platform
import TestSupport
import Testing

@testable import ShowOfHands

@Suite("health")
struct HealthCommandTests {
  private func place(_ arguments: String..., variables: [String: String] = [:]) throws -> String {
    try HealthCommand(arguments, environment: variables).place
  }

  @Test("health asks where the server's own options and variables say that it is")
  func places() throws {
    #expect(try place() == "port 3000 of 127.0.0.1")
    #expect(try place("--port", "8080") == "port 8080 of 127.0.0.1")
    #expect(try place(variables: ["PORT": "81"]) == "port 81 of 127.0.0.1")
    let variables = ["SHOWOFHANDS_PORT": "82", "SHOWOFHANDS_HOST": "::1", "HOST": "a.machine"]
    #expect(try place(variables: variables) == "port 82 of ::1")
    #expect(try place("--host=0.0.0.0", variables: variables) == "port 82 of 127.0.0.1")
    let socket = ["SHOWOFHANDS_LISTEN": "unix:/run/vote.sock"]
    #expect(try place(variables: socket) == "unix:/run/vote.sock")
    #expect(try place("--port", "83", variables: socket) == "port 83 of 127.0.0.1")
    #expect(throws: UsageError.self) { try place("--question", "Why?") }
    #expect(throws: UsageError.self) { try place("--port", "many") }
  }

  @Test("health ends with 0 where votes are taken, and says so")
  func healthy() async throws {
    try await withService { service in
      let port = service.port
      let (status, output) = try await Program(
        VotingServer.executable, "health", "--port", "\(port)"
      ).finish()
      #expect(status == 0)
      #expect(output == "Votes are taken on port \(port) of 127.0.0.1.\n")
    }
  }

  @Test("health asks at a Unix socket where there is no port")
  func unixSocket() async throws {
    let folder = try TemporaryFolder()
    let socket = "unix:\(folder.path)/vote.sock"
    let server = try Program(
      VotingServer.executable, "--listen", socket, "--database", ":memory:", "--root",
      packageFolder)
    _ = try await server.said(/proxies reach it at (\S+)/)
    let health = try await Program(VotingServer.executable, "health", "--listen", socket).finish()
    #expect(health.status == 0)
    #expect(health.output == "Votes are taken on \(socket).\n")
    #expect(await server.terminate() == 0)
  }

  @Test("health ends with 1 where nobody is, and with 2 for a mistake")
  func unhealthy() async throws {
    let port = try FreePort.some(1)[0]
    let nobody = try await Program(VotingServer.executable, "health", "--port", "\(port)").finish()
    #expect(nobody.status == 1)
    #expect(nobody.output.contains("Connection refused"))
    let mistake = try await Program(VotingServer.executable, "health", "--wifi", "x").finish()
    #expect(mistake.status == 2)
  }
}
