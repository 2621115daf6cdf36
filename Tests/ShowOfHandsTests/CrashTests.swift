import Foundation
import TestSupport
import Testing
import Voting

@Suite("A crash", .serialized)
struct CrashTests {
  /// What one voter was told.
  private struct Diary {
    var acknowledged = 0
    /// Sent, and the answer never came: it may count or not.
    var inFlight = 0
  }

  /// So many that votes share commits, and ballots their statements.
  private static let voters = 20

  @Test("a crash at any moment loses no acknowledged vote and invents none, fifty times in a row")
  func randomMoments() async throws {
    let server = try await VotingServer()
    var generator = SystemRandomNumberGenerator()
    var least = 0
    var most = 0
    for round in 1...50 {
      // The moment is counted in votes, so that it comes at any speed of the machine.
      let diaries = try await vote(
        at: server, killAfter: Int.random(in: 1...400, using: &generator))
      least += diaries.reduce(0) { $0 + $1.acknowledged }
      most += diaries.reduce(0) { $0 + $1.acknowledged + $1.inFlight }
      try await server.start()
      let counted = try server.result().yes
      #expect((least...most).contains(counted), "round \(round): \(least) to \(most)")
      // What was in flight is decided now, one way or the other, and stays so.
      (least, most) = (counted, counted)
    }
    let recount = try Recount(path: server.database)
    #expect(recount.counts.map(\.tally.yes) == [most])
    #expect(recount.inconsistencies.isEmpty)
  }

  @Test(
    "a crash never moves or repeats a ballot: every browser has the last choice it was told, or sent"
  )
  func ballots() async throws {
    let server = try await VotingServer()
    var browsers: [(cookie: String, possible: Set<String>)] = []
    for _ in 0..<20 {
      let page = try server.client().get("/")
      let cookie = try #require(page["set-cookie"]).prefix { $0 != ";" }
      browsers.append((String(cookie), ["none"]))
    }
    for _ in 1...5 {
      let killAfter = Int.random(in: 1...15)
      var answered = 0
      for index in browsers.indices {
        let choice = Bool.random() ? "true" : "false"
        if answered == killAfter { await server.kill() }
        do {
          let reply = try server.client().get(
            "/vote?yes=\(choice)", fields: "Cookie: \(browsers[index].cookie)\r\n")
          #expect(reply.status == 200)
          browsers[index].possible = [choice]
          answered += 1
        } catch {
          // Refused or cut off: the ballot says what it said, or what was just sent.
          browsers[index].possible.insert(choice)
        }
      }
      try await server.start()
      let result = try server.result()
      let sureYes = browsers.count { $0.possible == ["true"] }
      let sureNo = browsers.count { $0.possible == ["false"] }
      #expect(result.yes >= sureYes)
      #expect(result.no >= sureNo)
      #expect(result.yes + result.no <= browsers.count)
    }
  }

  @Test("a crash while nobody votes, and an orderly stop, both leave the tally as it is")
  func quiet() async throws {
    let server = try await VotingServer()
    for _ in 0..<5 { _ = try server.client().get("/vote?yes=false") }
    await server.kill()
    try await server.start()
    #expect(try server.result().no == 5)
    #expect(await server.terminate() == 0)
    try await server.start()
    #expect(try server.result().no == 5)
  }

  /// Lets voters vote at once until so many were answered, and kills the server under them.
  private func vote(at server: VotingServer, killAfter: Int) async throws -> [Diary] {
    let port = server.port
    let (answers, continuation) = AsyncStream.makeStream(of: Void.self)
    return try await withThrowingTaskGroup(of: Diary.self) { group in
      for _ in 0..<Self.voters {
        group.addTask {
          try await onThread { try Self.voteUntilCutOff(port: port) { continuation.yield() } }
        }
      }
      for await _ in answers.prefix(killAfter) {}
      await server.kill()
      return try await group.reduce(into: []) { $0.append($1) }
    }
  }

  private static func voteUntilCutOff(port: Int, answered: @Sendable () -> Void) throws -> Diary {
    var diary = Diary()
    // Where this thread starts late, the others' votes have brought the end already.
    guard let client = try connected(to: port) else { return diary }
    while true {
      do {
        let reply = try client.get("/vote?yes=true")
        #expect(reply.status == 200)
        diary.acknowledged += 1
        answered()
      } catch Client.Failure.closed {
        diary.inFlight = 1
        return diary
      }
    }
  }

  private static func connected(to port: Int) throws -> Client? {
    do {
      return try Client(port: port)
    } catch Client.Failure.refused {
      return nil
    }
  }
}
