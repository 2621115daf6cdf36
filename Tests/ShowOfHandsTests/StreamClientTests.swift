import TestSupport
import Testing

@Suite("Public clients at the voting app's stream", .serialized, .timeLimit(.minutes(5)))
struct VotingStreamClientTests {
  @Test(
    "public clients of event streams see the tally after every vote", arguments: StreamClient.tried)
  func tally(_ client: StreamClient) async throws {
    let server = try await VotingServer(question: "Ist es hell, \u{1F600}?")
    let names = ["round", "turnout", "presence", "say", "stage", "join", "heartbeat"]
    let events = try await client.read(from: server.port, "/stream", names: names) { reading in
      try await reading.hears(/(yes\\":0,\\"no\\":0)/)
      _ = try server.client().get("/vote?yes=true")
      try await reading.hears(/(yes\\":1,\\"no\\":0)/)
      _ = try server.client().get("/vote?yes=false")
      try await reading.hears(/(yes\\":1,\\"no\\":1)/)
    }
    let tallies = events.filter { $0.name == "message" }
    #expect(tallies.last?.data == #"{"yes":1,"no":1}"#)
    #expect(tallies.allSatisfy { $0.id != nil })
    #expect(Set(events.map(\.name)).isSubset(of: names + ["message"]))
    #expect(events.allSatisfy { !$0.data.isEmpty })
  }
}
