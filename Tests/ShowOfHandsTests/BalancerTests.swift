import Foundation
import TestSupport
import Testing

/// Several servers behind real balancers, as Scale.md sets them up.
@Suite("A balancer", .enabled(if: StoreProcess.isTried, "\(StoreProcess.absence)"))
struct BalancerTests {
  @Test(
    "a balancer spreads screens, keeps nobody at one server, and goes on when one is killed",
    arguments: [Proxy.Kind.haproxy, .nginx])
  func balances(kind: Proxy.Kind) async throws {
    try kind.require()
    let store = try await StoreProcess()
    let servers = try await Self.servers(3, on: store)
    let proxy = try await Self.balancer(kind, before: servers)
    let page = try await proxy.request("")
    let cookie = try #require(page.ballotCookie)
    // Whichever server they reach, it is one ballot.
    for choice in ["true", "false", "true"] {
      let vote = try await proxy.request("vote?yes=\(choice)", "-b", cookie)
      #expect(vote.status == 200, "\(vote.text)")
    }
    for server in servers { try await Self.tally(of: server, is: 1, 0) }
    var screens: [Program] = []
    for _ in 0..<6 {
      screens.append(try proxy.follow("stream"))
      _ = try await screens.last!.said(/(data: \{"yes":1,"no":0\})/)
    }
    for server in servers {
      let metrics = try server.client().get("/metrics").text
      let count = metrics.matches(of: /showofhands_screens\{[^}]*\} (\d+)/)
        .reduce(0) { $0 + (Int($1.1) ?? 0) }
      #expect(count >= 1, "\(kind)")
    }
    await servers[0].kill()
    // A page tries again, too; what is not counted twice is what the key is for.
    try await eventually {
      try await proxy.request("vote?yes=false", "-b", cookie).status == 200
    }
    let screen = try proxy.follow("stream")
    _ = try await screen.said(/(data: \{"yes":0,"no":1\})/)
    for server in servers[1...] { try await Self.tally(of: server, is: 0, 1) }
  }

  private static func servers(_ count: Int, on store: StoreProcess) async throws -> [VotingServer] {
    var servers: [VotingServer] = []
    for _ in 0..<count {
      servers.append(try await VotingServer(store: "valkey://127.0.0.1:\(store.port)"))
    }
    return servers
  }

  private static func balancer(
    _ kind: Proxy.Kind, before servers: [VotingServer]
  ) async throws -> Proxy {
    var blocks = try ProxiesPage("Scale").blocks(for: kind)
    for (index, server) in servers.enumerated() {
      blocks = blocks.map {
        $0.replacing("10.0.0.\(index + 1):3000", with: "127.0.0.1:\(server.port)")
      }
    }
    let lines = blocks.removeLast()
    return try await Proxy(kind, lines: lines, outside: blocks.joined()) { _ in
      .port(servers[0].port)
    }
  }

  private static func tally(of server: VotingServer, is yes: Int, _ no: Int) async throws {
    try await eventually {
      let result = try server.result()
      return result.yes == yes && result.no == no
    }
  }
}
