import TestSupport
import Testing

@testable import ServerSentEvents

@Suite("Subscribers of other servers")
struct ElsewhereTests {
  @Test(
    "subscribers of other servers are in the presence event and in the counts of everywhere, and in no other"
  )
  func counted() async throws {
    let audience = try Audience(
      limits: AudienceLimits { $0.presenceInterval = .zero }, presenceEvent: "presence",
      groups: ["phones"])
    try await withAudience(audience) { port in
      audience.setElsewhere(5, groups: ["phones": 3, "cars": 2])
      let client = try Client.joined(port)
      let first = #"{"connected":6,"phones":3}"#
      #expect(try client.event { $0.name == "presence" }.data == first)
      #expect(audience.count == 1 && audience.count(of: "phones") == 0)
      #expect(audience.countEverywhere == 6)
      #expect(audience.countEverywhere(of: "phones") == 3)
      #expect(audience.countEverywhere(of: "cars") == 0)
      audience.setElsewhere(0)
      _ = try client.event { $0.data == #"{"connected":1,"phones":0}"# }
    }
  }

  @Test("an audience that others take over ends with times of the caller's choice to come back")
  func retry() async throws {
    let audience = try Audience()
    try await withAudience(audience) { port in
      let client = try Client.joined(port)
      await audience.end(retry: .milliseconds(7)...(.milliseconds(7)))
      let text = String(decoding: try client.readToEnd(), as: UTF8.self)
      #expect(text.contains("retry: 7\n"))
      let late = String(decoding: try Client.stream(port).readToEnd(), as: UTF8.self)
      #expect(late.contains("retry: 7\n"))
    }
  }
}
