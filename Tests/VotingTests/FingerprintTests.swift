import Testing

@testable import Voting

@Suite("Fingerprints")
struct FingerprintTests {
  private static let question = Question(
    "Fee?\nTwo \\ lines", yesLabel: "For", noLabel: "Against", abstainLabel: "Neither",
    rule: .simple, chairDecides: true)

  @Test("a close makes one over the record's text, and the list", arguments: Storage.allCases)
  func close(storage: Storage) async throws {
    let hall = try Hall(storage)
    try await hall.box.perform(.ask(Self.question, isHidden: true, isDraft: false))
    var receipts: [String] = []
    for choice in [Choice.yes, .no, .yes, .abstain] {
      let counted = try await hall.box.cast(choice)
      receipts.append("\(try #require(counted.receipt)),\(choice)")
    }
    let first = try #require(hall.box.counts[0].disclosed.fingerprint)
    #expect(hall.box.snapshot.disclosed?.fingerprint == nil)
    try await hall.box.perform(.close)
    let fingerprint = try #require(hall.box.snapshot.disclosed?.fingerprint)
    #expect(fingerprint.wholeMatch(of: /[0-9a-f]{64}/) != nil)
    // Hidden: the fingerprint alone is told.
    #expect(try await hall.box.receiptList() == nil)
    #expect(try await hall.box.recordText() == nil)
    try await hall.box.perform(.reveal())
    #expect(hall.box.snapshot.disclosed?.fingerprint == fingerprint)

    let list = try #require(try await hall.box.receiptList())
    #expect(
      String(decoding: list, as: UTF8.self)
        == "receipt,answer\n" + receipts.sorted().map { $0 + "\n" }.joined())
    let text = try #require(try await hall.box.recordText())
    #expect(SHA256.hex(of: Array(text.utf8)) == fingerprint)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(
      lines.map { line in
        let isRandom = line.hasPrefix("ledger: ") || line.hasPrefix("nonce: ")
        return isRandom ? String(line.prefix { $0 != ":" }) : String(line)
      } == [
        "show-of-hands record: 1", "ledger", "round: 2", "question: Fee?\\nTwo \\\\ lines",
        "yes: For", "no: Against", "abstain: Neither", "rule: simple", "chair decides: yes",
        "present: ", "entitled: ", "codes issued: ", "hidden: yes",
        "step: 2027-01-15T08:00:00Z opened", "step: 2027-01-15T08:00:00Z closed", "votes yes: 2",
        "votes no: 1", "votes abstain: 1", "by hand yes: ", "by hand no: ", "by hand abstain: ",
        "chair's word: ", "receipts: 4", "receipts sha256: \(SHA256.hex(of: list))",
        "previous: \(first)", "replaces: ", "nonce", "",
      ])
    #expect(RecordText.value(of: "ledger", in: text)?.wholeMatch(of: /[0-9a-f]{16}/) != nil)
    #expect(RecordText.value(of: "nonce", in: text)?.wholeMatch(of: /[0-9a-f]{32}/) != nil)
  }

  @Test(
    "what is changed after the close makes another, which names the one it replaces",
    arguments: Storage.allCases)
  func replaced(storage: Storage) async throws {
    let hall = try Hall(storage)
    try await hall.box.perform(.ask(Self.question, isHidden: false, isDraft: false))
    var texts: [String] = []
    func expectAnother(_ step: Step, _ lines: String...) async throws {
      let before = hall.box.snapshot.disclosed?.fingerprint
      try await hall.box.perform(step)
      let text = try #require(try await hall.box.recordText())
      let new = try #require(hall.box.snapshot.disclosed?.fingerprint)
      #expect(new != before && new == SHA256.hex(of: Array(text.utf8)))
      if let before { #expect(text.contains("replaces: \(before)\n")) }
      for line in lines { #expect(text.contains("\n\(line)\n"), "\(step)") }
      texts.append(text)
    }
    try await expectAnother(.close, "votes yes: 0", "replaces: ")
    try await expectAnother(
      .numbers(.init(present: 9, byHand: [.yes: 2, .no: 2])), "present: 9", "by hand yes: 2")
    try await expectAnother(.chair(casts: .yes), "chair's word: yes")
    // What it does not cover leaves it as it is.
    let before = hall.box.snapshot.disclosed?.fingerprint
    for step in [Step.hide, .reveal(), .stage(.black), .say("Soon.")] {
      try await hall.box.perform(step)
      #expect(hall.box.snapshot.disclosed?.fingerprint == before)
    }
    try await hall.box.perform(.open)
    #expect(hall.box.snapshot.disclosed?.fingerprint == nil)
    #expect(try await hall.box.recordText() == nil)
    #expect(try await hall.box.receiptList() == nil)
    _ = try await hall.box.cast(.no)
    try await hall.box.perform(.close)
    let text = try #require(try await hall.box.recordText())
    #expect(text.contains("replaces: \(try #require(before))\n"))
    #expect(text.contains("votes no: 1\n") && text.contains("chair's word: \n"))
    #expect(text.contains("reopened\n"))
    // An archived round's stay as they are, and the next one names it.
    try await hall.box.perform(.again)
    #expect(try await hall.box.recordText(round: 2) == text)
    #expect(try await hall.box.receiptList(round: 2)?.count == 26)
    try await hall.box.perform(.close)
    let last = try #require(try await hall.box.recordText(round: 3))
    #expect(last.contains("previous: \(SHA256.hex(of: Array(text.utf8)))\n"))
    #expect(try await hall.box.recordText(round: 99) == nil)
  }

  @Test("without receipts there is a fingerprint and no list")
  func withoutReceipts() async throws {
    let hall = try Hall(.memory, receipts: false)
    _ = try await hall.box.cast(.yes)
    try await hall.box.perform(.close)
    let text = try #require(try await hall.box.recordText())
    #expect(text.contains("votes yes: 1\n") && text.contains("receipts: 0\nreceipts sha256: \n"))
    #expect(try await hall.box.receiptList() == nil)
  }

  @Test("a fingerprint is stored with the close, or neither is", arguments: Storage.allCases)
  func notStored(storage: Storage) async throws {
    let hall = try Hall(storage)
    hall.disk.fail()
    await #expect(throws: StepError.storage(Disk.full)) { try await hall.box.perform(.close) }
    #expect(hall.box.round?.fingerprint == nil && hall.box.round?.isOpen == true)
    hall.disk.fail(false)
    try await hall.box.perform(.close)
    #expect(hall.box.round?.fingerprint != nil)
  }

  @Test("after the power failed, and after a restart, the fingerprint is the one it was")
  func restart() async throws {
    let hall = try Hall(.sqlite)
    for choice in [Choice.yes, .no] { _ = try await hall.box.cast(choice) }
    try await hall.box.perform(.close)
    let fingerprint = try #require(hall.box.snapshot.disclosed?.fingerprint)
    let text = try await hall.box.recordText()
    let list = try await hall.box.receiptList()
    let crashed = try Hall(.sqlite, in: hall.directory.afterCrash())
    await hall.box.finish()
    for box in [crashed.box, try Hall(.sqlite, in: hall.directory).box] {
      #expect(box.snapshot.disclosed?.fingerprint == fingerprint)
      #expect(try await box.recordText() == text)
      #expect(try await box.receiptList() == list)
    }
  }
}
