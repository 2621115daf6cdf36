import Testing

@testable import Voting

@Suite("Codes")
struct CodeTests {
  private static func maker(
    _ count: Int, generation: Int = 1, secret: UInt128 = 7
  ) -> CodeMaker {
    var issued = IssuedCodes()
    issued.count = count
    issued.generation = generation
    return KeyIssuer(secret: secret).codes(issued)
  }

  // MARK: What people type

  @Test("a code is read as people type it: small, with spaces, with hyphens")
  func reading() throws {
    let code = try #require(VotingCode("ABCDEFGH"))
    for typed in ["abcdefgh", "ABCD EFGH", " abcd-efgh\t", "A-B-C-D E F G H", "aBcD  eFgH"] {
      #expect(VotingCode(typed) == code, "\(typed)")
    }
    #expect(code.description == "ABCDEFGH")
    #expect(code.grouped == "ABCD EFGH")
  }

  @Test(
    "what people mistake for another character is refused, since it could mean several things",
    arguments: ["ABCDEFG0", "ABCDEFGO", "ABCDEFG1", "ABCDEFGI", "ABCDEFGL", "abcdefgo", "abcdefgl"])
  func confusable(typed: String) {
    #expect(VotingCode(typed) == nil)
  }

  @Test(
    "anything else is no code",
    arguments: [
      "", " ", "ABCDEFG", "ABCDEFGHJ", "ABCDEFG_", "ABCDEFG\u{0}", "АBCDEFGH", "ABCDEFGÄ",
      "--------",
      "ABCD\u{A0}EFGH", "ABCD.EFGH", "ＡBCDEFGH", String(repeating: " ", count: 100) + "ABCDEFGH",
    ])
  func nonsense(typed: String) {
    #expect(VotingCode(typed) == nil)
  }

  @Test("every code is written as it is read, to the ends of what there are")
  func roundTrip() throws {
    for value in [0, 1, 30, 31, VotingCode.halfCount, VotingCode.count - 1, 123_456_789_012] {
      let code = VotingCode(value: value)
      #expect(VotingCode(code.description) == code)
    }
    #expect(VotingCode(value: 0).description == "22222222")
    #expect(VotingCode(value: VotingCode.count - 1).description == "ZZZZZZZZ")
    #expect(VotingCode.count == 852_891_037_441)
  }

  // MARK: Which ones are good

  @Test("a code is turned back into its index, and no two indexes have one code")
  func permutation() {
    let maker = Self.maker(IssuedCodes.maxCount)
    var codes: Set<VotingCode> = []
    for index in 0..<10_000 {
      let code = maker.code(index)
      #expect(maker.index(of: code) == index)
      codes.insert(code)
    }
    #expect(codes.count == 10_000)
    let last = maker.code(IssuedCodes.maxCount - 1)
    #expect(maker.index(of: last) == IssuedCodes.maxCount - 1)
  }

  @Test("only as many are good as were issued, and more issued void none")
  func issued() {
    let few = Self.maker(3)
    let more = Self.maker(4)
    #expect(few.index(of: few.code(2)) == 2)
    #expect(few.index(of: more.code(3)) == nil)
    #expect(few.ballotNumber(of: more.code(3)) == nil)
    #expect(few.seal(of: more.code(3)) == nil)
    #expect(more.ballotNumber(of: few.code(2)) == few.ballotNumber(of: few.code(2)))
    #expect(Self.maker(0).index(of: few.code(0)) == nil)
  }

  @Test("another generation, and another ledger, has other codes")
  func others() {
    let one = Self.maker(1_000)
    let codes = (0..<1_000).map(one.code)
    for other in [Self.maker(1_000, generation: 2), Self.maker(1_000, secret: 8)] {
      #expect(codes.allSatisfy { other.index(of: $0) == nil })
    }
  }

  @Test("the next code is not told by the ones before: each character takes every value")
  func spread() {
    let maker = Self.maker(IssuedCodes.maxCount)
    let codes = (0..<3_100).map { Array(maker.code($0).description) }
    for place in 0..<VotingCode.length {
      let counts = Dictionary(grouping: codes) { $0[place] }.mapValues(\.count)
      #expect(counts.count == 31)
      // A hundred each, give or take six standard deviations.
      #expect(counts.values.allSatisfy { (40...160).contains($0) })
    }
  }

  @Test("ballot numbers of codes are in a ledger's range, differ, and do not follow the index")
  func ballotNumbers() throws {
    let maker = Self.maker(1_000)
    let numbers = try (0..<1_000).map { try #require(maker.ballotNumber(of: maker.code($0))) }
    #expect(Set(numbers).count == 1_000)
    #expect(numbers.allSatisfy { $0 >= 1 && $0 < 1 << 62 })
    #expect(zip(numbers, numbers.dropFirst()).count { $0 < $1 } < 600)
  }

  @Test("20,000 tries at random find none of 300 codes")
  func guessing() {
    let maker = Self.maker(300)
    var random = SystemRandomNumberGenerator()
    // One in 2.8e9 tries finds one, and so one run in 140,000 of this test.
    let found = (0..<20_000).count { _ in
      maker.index(of: VotingCode(value: .random(in: 0..<VotingCode.count, using: &random))) != nil
    }
    #expect(found == 0)
  }
}

@Suite("Codes in the ballot box")
struct CodeVotingTests {
  private func hall(_ count: Int, in directory: TemporaryDirectory? = nil) async throws -> Hall {
    let hall = try Hall(.sqlite, ballots: .codes, in: directory)
    if count > 0 { try await hall.box.perform(.codes(count: count, replaces: false)) }
    return hall
  }

  private func refusal(
    _ box: BallotBox, _ choice: Choice, _ code: VotingCode?, key: BallotKey? = nil
  ) async -> BallotBoxError? {
    do throws(VoteError) {
      _ = try await box.cast(choice, key: key, code: code)
      return nil
    } catch {
      #expect(error.newKey == nil)
      return error.reason
    }
  }

  @Test("a code has one ballot a round, and moves it from wherever it comes")
  func oneBallot() async throws {
    let hall = try await hall(2)
    let codes = hall.box.codes(0..<10)
    #expect(codes.count == 2)
    #expect(await refusal(hall.box, .yes, codes[0]) == nil)
    #expect(await refusal(hall.box, .no, codes[0], key: hall.box.issueKey()) == nil)
    #expect(await refusal(hall.box, .yes, codes[1]) == nil)
    #expect(hall.box.snapshot.tally == Tally(yes: 1, no: 1))
    #expect(await hall.box.ballot(of: codes[0])?.choice == .no)
    try await hall.box.perform(.again)
    #expect(await hall.box.ballot(of: codes[0])?.choice == nil)
    #expect(await refusal(hall.box, .yes, codes[0]) == nil)
    #expect(hall.box.snapshot.tally == Tally(yes: 1))
  }

  @Test("a vote without a code or with a wrong one is refused, whatever key it has")
  func refused() async throws {
    let hall = try await hall(1)
    let key = hall.box.issueKey()
    #expect(await refusal(hall.box, .yes, nil, key: key) == .codeNeeded)
    let wrong = try #require(
      (0..<2).map { VotingCode(value: $0) }.first { !hall.box.isIssued($0) })
    #expect(await refusal(hall.box, .yes, wrong, key: key) == .wrongCode)
    #expect(hall.box.snapshot.tally == Tally())
    #expect(hall.box.statistics.refusedCode == 2)
  }

  @Test("codes and what they voted outlive the server, and a recount finds nothing wrong")
  func restart() async throws {
    let first = try await hall(3)
    let codes = first.box.codes(0..<3)
    #expect(await refusal(first.box, .no, codes[2]) == nil)
    await first.box.finish()
    let recount = try first.directory.recount()
    #expect(recount.inconsistencies.isEmpty)
    #expect(recount.counts.last?.round.codesIssued == 3)
    let second = try await hall(2, in: first.directory)
    #expect(second.box.codes(0..<10).prefix(3) == codes[...])
    #expect(second.box.issuedCodes.count == 5)
    #expect(await second.box.ballot(of: codes[2])?.choice == .no)
    #expect(await refusal(second.box, .yes, codes[2]) == nil)
    #expect(second.box.snapshot.tally == Tally(yes: 1))
  }

  @Test("a round knows how many codes there were: as it opened, and until it closed")
  func codesIssued() async throws {
    let hall = try await hall(0)
    #expect(hall.box.round?.codesIssued == 0)
    try await hall.box.perform(.codes(count: 5, replaces: false))
    #expect(hall.box.round?.codesIssued == 5)
    try await hall.box.perform(.close)
    try await hall.box.perform(.codes(count: 1, replaces: false))
    #expect(hall.box.round?.codesIssued == 5)
    try await hall.box.perform(.again)
    #expect(hall.box.round?.codesIssued == 6)
    #expect(try Hall(.memory).box.round?.codesIssued == nil)
  }

  @Test("codes are replaced between two votes, and the round before stays as it was")
  func replacing() async throws {
    let hall = try await hall(2)
    let old = hall.box.codes(0..<2)
    #expect(await refusal(hall.box, .yes, old[0]) == nil)
    let replace = Step.codes(count: 1, replaces: true)
    await #expect(throws: StepError.refused(.codesInUse, hall.box.standing)) {
      try await hall.box.perform(replace)
    }
    try await hall.box.perform(.close)
    try await hall.box.perform(replace)
    #expect(hall.box.standing.record.last?.kind == .codesReplaced)
    #expect(!hall.box.isIssued(old[0]) && !hall.box.isIssued(old[1]))
    // Void codes have voted in it: it cannot be opened again for those that took their place.
    for step in [Step.open, .undo] {
      await #expect(throws: StepError.self) { try await hall.box.perform(step) }
    }
    try await hall.box.perform(.ask(Question("Tea?"), isHidden: false, isDraft: false))
    #expect(await refusal(hall.box, .yes, old[1]) == .wrongCode)
    #expect(await refusal(hall.box, .yes, hall.box.codes(0..<1).first) == nil)
    #expect(hall.box.counts.map(\.tally) == [Tally(yes: 1), Tally(yes: 1)])
    try await hall.box.perform(.close)
    try await hall.box.perform(.ask(Question("Milk?"), isHidden: false, isDraft: true))
    await #expect(throws: StepError.refused(.codesInUse, hall.box.standing)) {
      try await hall.box.perform(replace)
    }
  }

  @Test("none, and more than there can be, are refused", arguments: [0, -1, 100_000, Int.max])
  func limits(count: Int) async throws {
    let hall = try await hall(1)
    await #expect(throws: StepError.refused(.tooManyCodes, hall.box.standing)) {
      try await hall.box.perform(.codes(count: count, replaces: false))
    }
    try await hall.box.perform(.codes(count: 99_999, replaces: false))
    #expect(hall.box.issuedCodes.count == IssuedCodes.maxCount)
  }

  @Test("a seal is its code's own, and gone with it")
  func seals() async throws {
    let hall = try await hall(2)
    let codes = hall.box.codes(0..<2)
    #expect(hall.box.seal(of: codes[0]) != hall.box.seal(of: codes[1]))
    try await hall.box.perform(.close)
    try await hall.box.perform(.codes(count: 2, replaces: true))
    #expect(hall.box.seal(of: codes[0]) == nil)
  }
}
