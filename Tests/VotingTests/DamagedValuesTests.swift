import Foundation
import TestSupport
import Testing

@testable import Voting

@Suite("Values that nobody expects in a ledger")
struct DamagedValuesTests {
  @Test(
    "an extreme number in the file is one sentence, at start and in a recount",
    arguments: [
      ("counters", "sequence", ["9223372036854775807", "-9223372036854775808", "-1"]),
      ("counters", "published_yes", ["9223372036854775807", "-1"]),
      ("counters", "commits", ["9223372036854775807", "-1"]),
      ("counters", "seal", ["''", "'abc'", "hex(zeroblob(17))", "replace(seal, '0', 'x') || 'x'"]),
      ("counters", "published_no", ["9223372036854775807", "-1"]),
      ("rounds", "number", ["9223372036854775807", "-9223372036854775808", "0", "-1"]),
      ("rounds", "opened", ["9223372036854775807", "-9223372036854775808", "253402300800", "-1"]),
      ("rounds", "closed", ["9223372036854775807", "-9223372036854775808", "253402300800", "-1"]),
    ] as [(String, String, [String])])
  func extremes(table: String, column: String, values: [String]) async throws {
    for value in values {
      let directory = try await ledger()
      try change(directory, "UPDATE \(table) SET \(column) = \(value) WHERE rowid = 1")
      expectCorrupt { try Hall(.sqlite, in: directory) }
      expectCorrupt { try Recount(path: directory.file) }
    }
  }

  @Test(
    "a version of the tables that cannot be is one sentence",
    arguments: [-1, -2_147_483_648, 2_147_483_647])
  func version(number: Int) async throws {
    let directory = try await ledger()
    try change(directory, "PRAGMA user_version = \(number)")
    #expect(throws: LedgerError.self) { try SQLiteLedger(path: directory.file) }
    #expect(throws: LedgerError.self) { try Recount(path: directory.file) }
  }

  @Test("no value in any column stops the program, at start, while people vote, or in a recount")
  func anyValue() async throws {
    await #expect(processExitsWith: .success) {
      let columns = [
        "rounds": ["number", "question", "yes_label", "no_label", "opened", "closed"],
        "ballots": ["round", "voter", "answer"],
        "counters": [
          "id", "secret", "numbers_end", "sequence", "published_yes", "published_no",
        ],
      ]
      let values = [
        "9223372036854775807", "-9223372036854775808", "-1", "0", "NULL", "''", "'yes'",
        "x'00ff'", "9e999", "1e308", "0.5", "zeroblob(100000)", "printf('%.*c', 100000, 'x')",
      ]
      let sound = try await ledger()
      let loose = try sound.copy()
      try loosen(loose)
      for (table, names) in columns {
        for name in names {
          for value in values {
            let directory = try loose.copy()
            // What no table takes, not even one without rules, is no test.
            try? change(directory, "UPDATE OR IGNORE \(table) SET \(name) = \(value)")
            await use(directory)
          }
        }
        let directory = try sound.copy()
        try change(directory, "PRAGMA foreign_keys = OFF; DELETE FROM \(table)")
        await use(directory)
        try change(directory, "PRAGMA foreign_keys = OFF; DROP TABLE \(table)")
        await use(directory)
      }
    }
  }

  @Test("no damage to the file's bytes stops the program", arguments: 0..<4)
  func anyByte(part: UInt64) async throws {
    await #expect(processExitsWith: .success) { [part] in
      let ledger = try await ledger()
      let sound = try Data(contentsOf: URL(filePath: ledger.file))
      for seed in part * 50..<part * 50 + 50 {
        var random = SplitMix64(state: seed)
        var bytes = sound
        for _ in 0...Int.random(in: 0..<12, using: &random) {
          bytes[Int.random(in: 100..<bytes.count, using: &random)] = .random(
            in: 0...255, using: &random)
        }
        let directory = try TemporaryDirectory()
        try bytes.write(to: URL(filePath: directory.file))
        await use(directory)
      }
    }
  }
}

/// A ledger with two rounds and some ballots, closed as a server closes it.
private func ledger() async throws -> TemporaryDirectory {
  let room = try Hall(.sqlite)
  for answer in [Choice.yes, .no, .yes] { _ = try await room.box.cast(answer) }
  _ = try await room.box.take(.close)
  try await room.box.take(.again)
  for answer in [Choice.no, .yes] { _ = try await room.box.cast(answer) }
  await room.box.finish()
  return room.directory
}

private func change(_ directory: TemporaryDirectory, _ sql: String) throws {
  let connection = try Connection(directory.file, .readWrite, busyTimeout: .zero)
  try connection.execute(sql)
}

/// Takes from the tables every rule about what may stand in them.
private func loosen(_ directory: TemporaryDirectory) throws {
  try change(
    directory,
    """
    PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = replace(sql, 'STRICT, WITHOUT', 'WITHOUT');
    UPDATE sqlite_schema SET sql = replace(replace(sql, 'STRICT', ''), 'NOT NULL', '');
    UPDATE sqlite_schema SET sql = replace(replace(sql, ' INTEGER', ''), ' PRIMARY KEY,', ',');
    UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (answer IN (0, 1, 2))', '');
    UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (length(secret) = 32)', '');
    UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (id = 1)', '');
    """)
}

/// Does all that a program does with a file, and expects a sentence where it refuses.
private func use(_ directory: TemporaryDirectory) async {
  func expectSentence(_ error: any Error) {
    guard error is LedgerError || error is BallotBoxError || error is VoteError,
      !"\(error)".contains("\n")
    else {
      exit(EXIT_FAILURE)
    }
  }
  do { _ = try Recount(path: directory.file) } catch { expectSentence(error) }
  do {
    let room = try Hall(.sqlite, in: directory)
    for round in room.box.counts { _ = round.tally.total }
    do {
      let key = try await room.box.cast(.yes).newKey
      _ = try await room.box.cast(.no, key: key)
      try await room.box.take(.again)
    } catch { expectSentence(error) }
    await room.box.finish()
  } catch { expectSentence(error) }
}

private func expectCorrupt<Value>(
  _ open: () throws -> Value, sourceLocation: SourceLocation = #_sourceLocation
) {
  let error = #expect(throws: LedgerError.self, sourceLocation: sourceLocation) { _ = try open() }
  guard case .corrupt = error else {
    Issue.record("\(String(describing: error)) is not about damage", sourceLocation: sourceLocation)
    return
  }
}
