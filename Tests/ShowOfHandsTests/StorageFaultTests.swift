import Foundation
import TestSupport
import Testing

@testable import ShowOfHands

@Suite("While votes cannot be stored")
struct StorageFaultTests {
  @Test("a vote gets 503 with its key, /health says so, and both mend without another vote")
  func movedDatabase() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path
    let elsewhere = folder + "-elsewhere"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer {
      // A folder that stays behind among the system's temporary files harms nobody.
      try? FileManager.default.removeItem(atPath: folder)
    }
    try await withService(database: folder + "/votes.sqlite") { service in
      let client = try service.client()
      #expect(try client.get("/vote?yes=true").status == 200)
      try FileManager.default.moveItem(atPath: folder, toPath: elsewhere)

      let failed = try client.get("/vote?yes=true")
      #expect(failed.status == 503)
      #expect(failed["retry-after"] != nil)
      #expect(failed.text.contains("may not have been counted"))
      let cookie = try #require(failed["set-cookie"]).prefix { $0 != ";" }
      #expect(try client.get("/health").status == 503)
      #expect(try client.get("/", fields: "Cookie: \(cookie)\r\n").status == 200)

      try FileManager.default.moveItem(atPath: elsewhere, toPath: folder)
      try await eventually { try client.get("/health").status == 200 }
      for _ in 1...2 {
        let reply = try client.get("/vote?yes=false", fields: "Cookie: \(cookie)\r\n")
        #expect(reply.status == 200)
      }
      #expect(try service.tally() == "1:1")
    }
  }
}
