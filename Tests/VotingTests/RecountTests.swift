import Testing

@testable import Voting

@Suite("Recount")
struct RecountTests {
  @Test("a recount agrees with the box, also while it takes votes")
  func live() async throws {
    let room = try Room(.sqlite)
    for answer in [Answer.yes, .no, .yes] { _ = try await room.box.cast(answer) }
    try await room.box.voteAgain()
    _ = try await room.box.cast(.no)
    for _ in 1...2 {
      let recount = try Recount(path: room.directory.file)
      #expect(recount.counts == room.box.counts)
      #expect(recount.counts.map(\.tally) == [Tally(yes: 2, no: 1), Tally(no: 1)])
      #expect(recount.inconsistencies.isEmpty)
      await room.box.finish()
    }
  }

  @Test("a recount in the midst of votes sees a whole number of transactions")
  func midst() async throws {
    let room = try Room(.sqlite)
    try await withThrowingTaskGroup { group in
      for _ in 0..<8 {
        group.addTask { for _ in 0..<100 { _ = try await room.box.cast(.yes) } }
      }
      for _ in 0..<5 {
        let acknowledged = room.box.snapshot.tally
        let recount = try Recount(path: room.directory.file)
        #expect(recount.inconsistencies.isEmpty)
        #expect(recount.counts[0].tally.yes >= acknowledged.yes)
      }
      try await group.waitForAll()
    }
    #expect(try Recount(path: room.directory.file).counts == room.box.counts)
  }

  @Test(
    "whoever changes the file behind the server's back is found out",
    arguments: [
      ("INSERT INTO ballots VALUES (7, 1, 1)", .ballotsWithoutRound(1)),
      ("INSERT INTO ballots VALUES (1, 0, 0)", .ballotsNeverIssued(1)),
      ("INSERT INTO ballots VALUES (1, 9223372036854775807, 1)", .ballotsNeverIssued(1)),
      (
        "UPDATE ballots SET answer = 0 WHERE round = 2",
        .published(Tally(yes: 1), counted: Tally(no: 1))
      ),
      ("DELETE FROM ballots WHERE round = 2", .published(Tally(yes: 1), counted: Tally())),
      ("UPDATE rounds SET closed = NULL", .openRound(1)),
      (
        "PRAGMA ignore_check_constraints = ON; UPDATE ballots SET answer = 2 WHERE round = 1",
        .ballotsWithoutAnswer(1)
      ),
    ] as [(String, Inconsistency)])
  func tampered(sql: String, inconsistency: Inconsistency) async throws {
    let room = try Room(.sqlite)
    _ = try await room.box.cast(.yes)
    try await room.box.voteAgain()
    _ = try await room.box.cast(.yes)
    await room.box.finish()
    #expect(try Recount(path: room.directory.file).inconsistencies.isEmpty)
    try Connection(room.directory.file, .readWrite, busyTimeout: .zero).execute(sql)
    #expect(try Recount(path: room.directory.file).inconsistencies == [inconsistency])
    #expect(!inconsistency.description.isEmpty)
  }
}
