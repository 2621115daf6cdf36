import Foundation
import Platform
import Rehearsal
import TestSupport
import Testing

@testable import ShowOfHands

@Suite("health")
struct HealthCommandTests {
  private func endpoint(_ arguments: String..., variables: [String: String] = [:]) throws -> String
  {
    let endpoint = try HealthCommand(arguments, environment: variables).endpoint
    return "\(endpoint.host) \(endpoint.port)"
  }

  @Test("health asks where the server's own options and variables say that it is")
  func place() throws {
    #expect(try endpoint() == "127.0.0.1 3000")
    #expect(try endpoint("--port", "8080") == "127.0.0.1 8080")
    #expect(try endpoint(variables: ["PORT": "81"]) == "127.0.0.1 81")
    let variables = ["SHOWOFHANDS_PORT": "82", "SHOWOFHANDS_HOST": "::1", "HOST": "a.machine"]
    #expect(try endpoint(variables: variables) == "::1 82")
    #expect(try endpoint("--host=0.0.0.0", variables: variables) == "127.0.0.1 82")
    #expect(throws: UsageError.self) { try endpoint("--question", "Why?") }
    #expect(throws: UsageError.self) { try endpoint("--port", "many") }
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

  @Test("health ends with 1 where nobody is, and with 2 for a mistake")
  func unhealthy() async throws {
    // Nobody listens where one listened a moment ago.
    let port = try ListeningSocket.open(host: "127.0.0.1", port: 0)[0].port
    let nobody = try await Program(VotingServer.executable, "health", "--port", "\(port)").finish()
    #expect(nobody.status == 1)
    #expect(nobody.output.contains("Connection refused"))
    let mistake = try await Program(VotingServer.executable, "health", "--wifi", "x").finish()
    #expect(mistake.status == 2)
  }
}
