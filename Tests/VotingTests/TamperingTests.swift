import Foundation
import Testing

@testable import Voting

/// What somebody with the file, and without this program's source, does to it.
@Suite("Changes by hand")
struct TamperingTests {
  /// Two closed rounds with receipts, and the directory they are in, when the server has stopped.
  private func evening() async throws -> TemporaryDirectory {
    let hall = try Hall(.sqlite)
    try await hall.box.perform(
      .ask(
        Question("Fee?", abstainLabel: "Neither", rule: .simple, chairDecides: true),
        isHidden: true, isDraft: false))
    for choice in [Choice.yes, .no, .yes, .no, .abstain] { _ = try await hall.box.cast(choice) }
    try await hall.box.perform(.close)
    try await hall.box.perform(.numbers(.init(present: 9, byHand: [.yes: 1, .no: 1])))
    try await hall.box.perform(.chair(casts: .no))
    try await hall.box.perform(.reveal())
    try await hall.box.perform(.again)
    for choice in [Choice.yes, .yes, .no] { _ = try await hall.box.cast(choice) }
    try await hall.box.perform(.close)
    await hall.box.finish()
    #expect(try hall.directory.recount().inconsistencies.isEmpty)
    return hall.directory
  }

  @Test(
    "a change to a ballot, a round, the record, a fingerprint or a counter is found",
    arguments: [
      ("a ballot's answer", "UPDATE ballots SET answer = 1 WHERE answer = 2", .ballotsChanged),
      (
        "a ballot added",
        "INSERT INTO ballots SELECT round, voter + 1, answer, receipt + 1 FROM ballots LIMIT 1",
        .ballotsChanged
      ),
      ("a ballot removed", "DELETE FROM ballots WHERE answer = 2", .ballotsChanged),
      (
        "two ballots' answers swapped",
        "UPDATE ballots SET answer = 1 - answer WHERE round = 2 AND answer < 2", .ballotsChanged
      ),
      (
        "a ballot's receipt", "UPDATE ballots SET receipt = receipt + 1 WHERE round = 3",
        .fingerprintDiffers(3)
      ),
      (
        "one receipt for two",
        "UPDATE ballots SET receipt = (SELECT max(receipt) FROM ballots WHERE round = 3)"
          + " WHERE round = 3", .receiptsTwice(round: 3, 2)
      ),
      (
        "receipts taken away", "UPDATE ballots SET receipt = NULL WHERE round = 3",
        .receiptsMissing(round: 3, 3)
      ),
      (
        "a ballot moved to another round",
        "UPDATE ballots SET round = 2 WHERE round = 3 AND answer = 0", .ballotsChanged
      ),
      (
        "a question's words", "UPDATE rounds SET question = 'Fees?' WHERE number = 2",
        .roundsChanged
      ),
      ("labels swapped", "UPDATE rounds SET yes_label = 'No', no_label = 'Yes'", .roundsChanged),
      ("the rule", "UPDATE rounds SET rule = 'unanimous' WHERE number = 2", .fingerprintDiffers(2)),
      (
        "numbers by hand", "UPDATE rounds SET by_hand_yes = 2 WHERE number = 2",
        .fingerprintDiffers(2)
      ),
      ("the chair's word", "UPDATE rounds SET chairs_word = 1 WHERE number = 2", .roundsChanged),
      ("a round's time", "UPDATE rounds SET opened = opened - 60", .roundsChanged),
      (
        "rounds in another order",
        "UPDATE rounds SET number = 9 WHERE number = 2; UPDATE rounds SET number = 2 WHERE"
          + " number = 3; UPDATE rounds SET number = 3 WHERE number = 9", .roundsChanged
      ),
      (
        "a round added",
        "INSERT INTO rounds (number, question, yes_label, no_label, opened, closed)"
          + " VALUES (7, 'Tea?', 'Yes', 'No', 1, 2)", .roundsChanged
      ),
      (
        "a round removed",
        "DELETE FROM ballots WHERE round = 3; DELETE FROM rounds WHERE number = 3", .roundsChanged
      ),
      (
        "a time in the record", "UPDATE record SET seconds = seconds + 60 WHERE id = 4",
        .recordChanged
      ),
      (
        "a step of the record", "UPDATE record SET step = 'said' WHERE step = 'revealed'",
        .recordChanged
      ),
      (
        "the record's last line removed",
        "DELETE FROM record WHERE id = (SELECT max(id) FROM record)", .recordChanged
      ),
      (
        "two lines of the record swapped",
        "UPDATE record SET id = 99 WHERE id = 5; UPDATE record SET id = 5 WHERE id = 6;"
          + " UPDATE record SET id = 6 WHERE id = 99", .recordChanged
      ),
      (
        "a line of the record added",
        "INSERT INTO record (seconds, step, round) VALUES (1, 'said', 2)",
        .recordChanged
      ),
      (
        "a fingerprint", "UPDATE fingerprints SET fingerprint = lower(hex(zeroblob(32)))",
        .fingerprintWrong(2)
      ),
      (
        "a fingerprint's text", "UPDATE fingerprints SET text = replace(text, 'yes: 2', 'yes: 3')",
        .fingerprintWrong(2)
      ),
      (
        "the newest fingerprint removed", "DELETE FROM fingerprints WHERE id = 4",
        .fingerprintsChanged
      ),
      ("codes issued", "UPDATE room SET codes_issued = codes_issued + 1", .roomChanged),
      ("codes replaced", "UPDATE room SET codes_generation = codes_generation + 1", .roomChanged),
      ("how many are present", "UPDATE room SET present = 3", .roomChanged),
      ("how many are entitled", "UPDATE room SET entitled = 3", .roomChanged),
      (
        "the number of the next round", "UPDATE room SET next_number = next_number + 1",
        .roomChanged
      ),
      (
        "what is asked next",
        "UPDATE room SET draft_question = 'Tea?', draft_yes_label = 'Yes', draft_no_label = 'No'",
        .roomChanged
      ),
      ("what the screens show", "UPDATE counters SET published_yes = 3", .countersChanged),
      ("the sequence", "UPDATE counters SET sequence = sequence + 1", .countersChanged),
      ("the seal taken away", "UPDATE counters SET seal = NULL", .notSealed),
    ] as [(String, String, Inconsistency)])
  func found(change: String, sql: String, inconsistency: Inconsistency) async throws {
    let directory = try await evening()
    try Connection(directory.file, .readWrite, busyTimeout: .zero)
      .execute("PRAGMA foreign_keys = OFF; \(sql)")
    let found = try directory.recount().inconsistencies
    #expect(found.contains(inconsistency), "\(change): \(found)")
    #expect(found.allSatisfy { !$0.disclosed.isEmpty && !$0.disclosed.contains("\n") })
  }

  @Test(
    "what says nothing of a result is not found",
    arguments: [
      ("the host's key", "UPDATE counters SET desk_key = lower(hex(randomblob(16)))"),
      (
        "what is prepared",
        "INSERT INTO prepared (position, question, yes_label, no_label) VALUES (1, 'a', 'b', 'c')"
      ),
      ("a line on the screens", "UPDATE room SET announcement = 'Hello'"),
      ("where rows lie in the file", "VACUUM"),
    ])
  func notFound(change: String, sql: String) async throws {
    let directory = try await evening()
    try Connection(directory.file, .readWrite, busyTimeout: .zero).execute(sql)
    #expect(try directory.recount().inconsistencies.isEmpty, "\(change)")
  }

  @Test("an old copy that is put back is found by a recount, said at start, and found ever after")
  func oldCopy() async throws {
    let hall = try Hall(.sqlite)
    _ = try await hall.box.cast(.yes)
    await hall.box.finish()
    let copy = try hall.directory.copy()
    let later = try Hall(.sqlite, in: hall.directory)
    #expect(later.disk.warnings.isEmpty)
    _ = try await later.box.cast(.no)
    await later.box.finish()
    #expect(try hall.directory.recount().inconsistencies.isEmpty)
    try FileManager.default.removeItem(atPath: hall.directory.file)
    try FileManager.default.copyItem(atPath: copy.file, toPath: hall.directory.file)
    #expect(try hall.directory.recount().inconsistencies == [.olderCopy])
    let restored = try Hall(.sqlite, in: hall.directory)
    #expect(restored.disk.warnings == [.olderCopy(path: hall.directory.file)])
    #expect(restored.box.snapshot.tally == Tally(yes: 1))
    for choice in [Choice.yes, .yes, .no] { _ = try await restored.box.cast(choice) }
    await restored.box.finish()
    let seconds = Hall.milliseconds / 1_000
    let known = [Inconsistency.wentOnFromOlderCopy(seconds: seconds, round: 1)]
    #expect(try hall.directory.recount().inconsistencies == known)
    // It is on record for the round that may have lost votes, and later ones are as good as any.
    let again = try Hall(.sqlite, in: hall.directory)
    #expect(again.disk.warnings.isEmpty)
    #expect(again.box.standing.record.map(\.kind) == [.opened, .olderCopy])
    try await again.box.perform(.close)
    #expect(
      try #require(try await again.box.recordText()).contains(
        "step: 2027-01-15T08:00:00Z olderCopy\n"))
    try await again.box.perform(.again)
    #expect(try await again.box.record(ofRound: 2).isEmpty)
    await again.box.finish()
    #expect(try hall.directory.recount().inconsistencies == known)
    // Who takes the line away is found by the seal.
    try Connection(hall.directory.file, .readWrite, busyTimeout: .zero)
      .execute("DELETE FROM record WHERE step = 'olderCopy'")
    #expect(try hall.directory.recount().inconsistencies.contains(.recordChanged))
    // Another ledger in its place is no older copy.
    try FileManager.default.removeItem(atPath: hall.directory.file)
    let other = try Hall(.sqlite, in: hall.directory)
    #expect(other.disk.warnings.isEmpty)
    // Nor is a copy elsewhere.
    #expect(try copy.recount().inconsistencies.isEmpty)
  }

  @Test("an old copy stays found though the first server that opened it could not write")
  func oldCopyUnwritten() async throws {
    let hall = try Hall(.sqlite)
    await hall.box.finish()
    let copy = try hall.directory.copy()
    let later = try Hall(.sqlite, in: hall.directory)
    _ = try await later.box.cast(.no)
    await later.box.finish()
    try FileManager.default.removeItem(atPath: hall.directory.file)
    try FileManager.default.copyItem(atPath: copy.file, toPath: hall.directory.file)
    // Opened and closed, as where the disk was full.
    _ = try SQLiteLedger(path: hall.directory.file).contents()
    #expect(try hall.directory.recount().inconsistencies == [.olderCopy])
    let restored = try Hall(.sqlite, in: hall.directory)
    #expect(restored.disk.warnings == [.olderCopy(path: hall.directory.file)])
    await restored.box.finish()
    #expect(try hall.directory.recount().inconsistencies.count == 1)
  }

  @Test("a change while a server has the file is found, whatever the server writes after it")
  func live() async throws {
    let hall = try Hall(.sqlite)
    let key = try #require(try await hall.box.cast(.yes).newKey)
    _ = try await hall.box.cast(.no)
    try Connection(hall.directory.file, .readWrite, busyTimeout: .seconds(5))
      .execute("UPDATE ballots SET answer = 1 - answer")
    for choice in [Choice.no, .yes] { _ = try await hall.box.cast(choice, key: key) }
    try await hall.box.perform(.close)
    #expect(try hall.directory.recount().inconsistencies.contains(.ballotsChanged))
  }

  @Test("a ledger that was killed is as sound as one that was closed")
  func killed() async throws {
    let hall = try Hall(.sqlite)
    let key = try #require(try await hall.box.cast(.yes).newKey)
    try await hall.box.perform(.close)
    try await hall.box.perform(.open)
    // Two that change places: nothing on the screens changes.
    let other = try #require(try await hall.box.cast(.no).newKey)
    _ = await hall.castTogether([(.no, key), (.yes, other)])
    let crashed = try hall.directory.copy("", "-wal", "-lock")
    #expect(try crashed.recount().inconsistencies.isEmpty)
    let again = try Hall(.sqlite, in: crashed)
    #expect(again.disk.warnings.isEmpty)
    await again.box.finish()
    #expect(try crashed.recount().inconsistencies.isEmpty)
  }
}

@Suite("A server that would give two voters one receipt")
struct CheatingServerTests {
  /// A phone as the page has it: it draws when it has seen the server's half, and again when the
  /// receipt is said to be taken; it shows no other receipt than the one that it can make itself.
  private struct Phone {
    var random: SplitMix64

    /// - Parameter server: says its half, and then whether it takes the phone's.
    mutating func vote(half: UInt64, accepts: (Receipt) -> Bool) -> Receipt {
      while true {
        let receipt = Receipt(phone: random.next(), server: half)
        if accepts(receipt) { return receipt }
      }
    }
  }

  @Test(
    "fixed halves, replayed ones and refusals give no two of a thousand phones one receipt",
    arguments: ["fixed", "replayed", "refusing"])
  func phones(way: String) {
    var seen: [Receipt] = []
    var halves: [UInt64] = []
    for number in 0..<1_000 {
      var phone = Phone(random: SplitMix64(state: UInt64(number)))
      let half: UInt64 = way == "fixed" ? 42 : halves.last ?? 7
      var refusals = 0
      let receipt = phone.vote(half: half) { receipt in
        // It would have the phone hit one that is given away already, and it tries a hundred times.
        guard way == "refusing", !seen.contains(receipt), refusals < 100 else { return true }
        refusals += 1
        return false
      }
      seen.append(receipt)
      halves.append(half)
    }
    // By chance alone, two of a thousand meet once in 55,000 such rounds.
    #expect(Set(seen).count == seen.count)
  }
}
