import Foundation
import Testing

@testable import Voting

/// A file as the version before steps of a host left it.
@Suite("A database of an older version")
struct OlderLedgerTests {
  /// Two rounds, the second one open, with the ballots of each.
  private func older() throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    let connection = try Connection(directory.file, .readWrite, busyTimeout: .zero)
    try Schema.update(connection, from: 0, Array(Schema.migrations.prefix(2)))
    try connection.execute(
      """
      INSERT INTO rounds VALUES (1, 'Tea?', 'Yes', 'No', 10, 20), (2, 'Milk?', 'Ja', 'Nein', 30, NULL);
      INSERT INTO ballots VALUES (1, 1, 1), (1, 2, 0), (1, 3, 1), (2, 1, 0), (2, 4, 1);
      UPDATE counters SET numbers_end = 5, published_yes = 1, published_no = 1;
      """)
    return directory
  }

  @Test("an older database opens with its votes, and a copy of it is left beside it")
  func opens() async throws {
    let directory = try older()
    #expect(try directory.recount().inconsistencies.isEmpty)
    let hall = try Hall(.sqlite, in: directory)
    let rounds = hall.box.counts
    #expect(rounds.map(\.tally) == [Tally(yes: 2, no: 1), Tally(yes: 1, no: 1)])
    #expect(rounds.map(\.round.phase) == [.closed, .open])
    #expect(rounds.map(\.round.isArchived) == [true, false])
    #expect(rounds.map(\.round.isHidden) == [false, false])
    #expect(rounds[1].round.question == Question("Milk?", yesLabel: "Ja", noLabel: "Nein"))
    #expect(hall.box.standing.room.nextNumber == 3)
    try await hall.box.perform(.again)
    await hall.box.finish()
    #expect(try directory.recount().inconsistencies.isEmpty)

    let copy = "\(directory.file)-version-2"
    #expect(try Recount(path: copy).counts.map(\.tally) == rounds.map(\.tally))
    let permissions = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions]
    #expect(permissions as? Int == 0o600)
  }

  @Test("a database that does not know what file its list is from opens as it was, and learns it")
  func beforePreparedFrom() async throws {
    let first = try Hall(.sqlite, receipts: false)
    try await first.box.perform(.prepare([Question("Milk?")]))
    let before = first.box.standing
    await first.box.finish()
    try takeBack(
      first, withoutRules + "ALTER TABLE room DROP COLUMN prepared_from; PRAGMA user_version = 3")
    #expect(try first.directory.recount().inconsistencies.isEmpty)
    let second = try Hall(.sqlite, receipts: false, in: first.directory)
    #expect(second.box.standing == before)
    try await second.box.perform(.prepare([Question("Milk?")], from: 7))
    await second.box.finish()
    #expect(
      try Hall(.sqlite, receipts: false, in: first.directory).box.standing.room.preparedFrom == 7)
  }

  /// Takes away what version 5 has added.
  private var withoutRules: String {
    let question = ["rule", "chair_decides", "roll_call"]
    let numbers = ["present", "entitled"]
    let byHand = [
      "by_hand_yes", "by_hand_no", "by_hand_abstain", "chairs_word", "codes_issued", "preset",
    ]
    let columns = [
      "rounds": question + numbers + byHand + ["has_receipts"], "ballots": ["receipt"],
      "counters": [
        "commits", "ballots_sum", "record_head", "fingerprints_head", "rounds_head", "room_head",
        "seal",
      ],
      "prepared": question,
      "room": question.map { "draft_\($0)" } + numbers
        + ["codes_issued", "codes_generation", "draft_preset"],
    ]
    return columns.flatMap { table, names in
      names.map { "ALTER TABLE \(table) DROP COLUMN \($0);" }
    }.joined() + "DROP TABLE fingerprints;"
  }

  /// Has the file be as the version before left it, with this SQL. That version kept nothing of how
  /// far the file had come.
  private func takeBack(_ hall: Hall, _ sql: String) throws {
    try Connection(hall.directory.file, .readWrite, busyTimeout: .zero).execute(sql)
    try FileManager.default.removeItem(atPath: hall.directory.file + "-lock")
  }

  @Test("a database without rules opens as it was, and takes one")
  func beforeRules() async throws {
    let first = try Hall(.sqlite, receipts: false)
    try await first.box.perform(.ask(Question("Milk?"), isHidden: true, isDraft: false))
    var before = first.box.standing.room
    before.rounds[0].fingerprint = nil
    await first.box.finish()
    try takeBack(first, withoutRules + "PRAGMA user_version = 4")
    #expect(try first.directory.recount().inconsistencies.isEmpty)
    let second = try Hall(.sqlite, receipts: false, in: first.directory)
    #expect(second.box.standing.room == before)
    let step = Step.numbers(.init(present: 40, byHand: [.no: 2]))
    try await second.box.perform(.edit(.init(rule: .present)))
    try await second.box.perform(step)
    try await second.box.perform(.close)
    let room = second.box.standing.room
    await second.box.finish()
    #expect(try Hall(.sqlite, receipts: false, in: first.directory).box.standing.room == room)
    #expect(room.round?.numbers == Numbers(present: 40, byHand: Tally(no: 2)))
  }

  @Test("a copy that was left before is not written over")
  func copies() throws {
    let directory = try older()
    try Data("somebody's".utf8).write(to: URL(filePath: "\(directory.file)-version-2"))
    _ = try SQLiteLedger(path: directory.file)
    #expect(
      try String(contentsOfFile: "\(directory.file)-version-2", encoding: .utf8) == "somebody's")
    #expect(try Recount(path: "\(directory.file)-version-2-2").counts.count == 2)
  }

  @Test("the host's key is made once, and is not the ballots' secret")
  func key() throws {
    let directory = try older()
    let (key, secret) = try { () throws(LedgerError) in
      let ledger = try SQLiteLedger(path: directory.file)
      return (try ledger.contents().deskKey, ledger.secret)
    }()
    #expect(key != secret && key != 0)
    #expect(try SQLiteLedger(path: directory.file).contents().deskKey == key)
  }
}
