import Testing

@testable import Voting

@Suite("Rules and verdicts")
struct OutcomeTests {
  /// Below a threshold, on it, and above it.
  @Test(
    "a verdict is what the rule says, just below and just above its threshold",
    arguments: [
      ("simple 18 17 10", .accepted, 35, 18), ("simple 17 18 10", .rejected, 35, 18),
      ("simple 17 17 99", .rejected, 34, 18), ("simple 1 0 0", .accepted, 1, 1),
      ("simple 0 0 5", .rejected, 0, 1),
      ("present 20 3 2 of 40", .rejected, 40, 21), ("present 21 19 0 of 40", .accepted, 40, 21),
      ("present 21 0 0 of 41", .accepted, 41, 21), ("present 20 0 0 of 41", .rejected, 41, 21),
      ("two-thirds 26 13 9", .accepted, 39, 26), ("two-thirds 25 13 9", .rejected, 38, 26),
      ("two-thirds 27 13 0", .accepted, 40, 27), ("two-thirds 26 14 0", .rejected, 40, 27),
      ("two-thirds 0 0 9", .rejected, 0, 1), ("three-quarters 30 10 7", .accepted, 40, 30),
      ("three-quarters 29 10 7", .rejected, 39, 30), ("three-quarters 31 10 0", .accepted, 41, 31),
      ("two-thirds-present 27 0 0 of 40", .accepted, 40, 27),
      ("two-thirds-present 26 0 0 of 40", .rejected, 40, 27),
      ("three-quarters-present 30 0 0 of 40", .accepted, 40, 30),
      ("three-quarters-present 29 0 0 of 40", .rejected, 40, 30),
      ("absolute 51 0 0 of 100", .accepted, 100, 51),
      ("absolute 50 0 0 of 100", .rejected, 100, 51),
      ("absolute 51 49 0 of 101", .accepted, 101, 51), ("unanimous 5 0 3", .accepted, 5, 5),
      ("unanimous 5 1 0", .rejected, 6, 6), ("unanimous 0 0 3", .rejected, 0, 1),
      ("present 3 2 1 of ?", nil, nil, nil), ("absolute 3 2 1 of ?", nil, nil, nil),
      ("none 3 2 1", nil, nil, nil),
    ] as [(String, Outcome.Verdict?, Int?, Int?)])
  func thresholds(vote: String, verdict: Outcome.Verdict?, base: Int?, needed: Int?) throws {
    let outcome = try outcome(vote)
    #expect(outcome.verdict == verdict)
    #expect(outcome.base == base)
    #expect(outcome.needed == needed)
    #expect((outcome.missing == nil) == (base != nil || outcome.rule == .none))
  }

  /// `rule yes no abstain of number`, where the number is what the rule goes by, or `?`.
  private func outcome(_ vote: String) throws -> Outcome {
    let words = vote.split(separator: " ")
    let counts = words[1...3].compactMap { Int($0) }
    let number = words.count > 5 ? Int(words[5]) : nil
    let rule = try #require(Rule(rawValue: String(words[0])))
    let round = Round(
      number: 1, question: Question("Tea?", rule: rule), openedSeconds: 0, closedSeconds: 1,
      numbers: Numbers(present: number, entitled: number))
    return Outcome(of: round, tally: Tally(yes: counts[0], no: counts[1], abstain: counts[2]))
  }

  @Test("23 for, 17 against and 10 abstaining pass by one rule and fail by another")
  func sameNumbers() {
    let tally = Tally(yes: 23, no: 17, abstain: 10)
    let accepted = Rule.allCases.filter { rule in
      let round = Round(
        number: 1, question: Question("Tea?", rule: rule), openedSeconds: 0, closedSeconds: 1,
        numbers: Numbers(present: 50, entitled: 60))
      return Outcome(of: round, tally: tally).verdict == .accepted
    }
    #expect(accepted == [.simple])
  }

  @Test("every rule agrees with its definition in fractions, for random numbers")
  func model() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      let most = [3, 12, 200, 100_000_000].randomElement(using: &random)!
      func number() -> Int { .random(in: 0...most, using: &random) }
      let tally = Tally(yes: number(), no: number(), abstain: number())
      let byHand = Bool.random(using: &random) ? Tally(yes: number(), no: number()) : nil
      let numbers = Numbers(present: number(), entitled: number(), byHand: byHand)
      let yes = tally.yes + (byHand?.yes ?? 0)
      let no = tally.no + (byHand?.no ?? 0)
      let present = numbers.present!
      for rule in Rule.allCases {
        let round = Round(
          number: 1, question: Question("Tea?", rule: rule), openedSeconds: 0, closedSeconds: 1,
          numbers: numbers)
        // As the published definitions have it: a fraction against a fraction.
        let passes: Bool? =
          switch rule {
          case .none: nil
          case .simple: yes > no
          case .present: 2 * yes > present
          case .twoThirds: yes > 0 && 3 * yes >= 2 * (yes + no)
          case .threeQuarters: yes > 0 && 4 * yes >= 3 * (yes + no)
          case .twoThirdsPresent: yes > 0 && 3 * yes >= 2 * present
          case .threeQuartersPresent: yes > 0 && 4 * yes >= 3 * present
          case .absolute: 2 * yes > numbers.entitled!
          case .unanimous: no == 0 && yes > 0
          }
        let verdict = Outcome(of: round, tally: tally).verdict
        #expect(verdict == passes.map { $0 ? .accepted : .rejected }, "\(rule) \(tally) \(numbers)")
      }
    }
  }

  @Test("a tie is a No, unless the chair decides: then it is a tie until the chair has spoken")
  func chair() throws {
    let tally = Tally(yes: 4, no: 4, abstain: 1)
    var round = Round(
      number: 1, question: Question("Tea?", rule: .simple), openedSeconds: 0, closedSeconds: 1)
    #expect(Outcome(of: round, tally: tally).verdict == .rejected)
    round.question.chairDecides = true
    #expect(Outcome(of: round, tally: tally).verdict == .tie)
    round.chairsWord = .yes
    #expect(Outcome(of: round, tally: tally).verdict == .accepted)
    #expect(Outcome(of: round, tally: tally).isChairsWord)
    round.chairsWord = .no
    #expect(Outcome(of: round, tally: tally).verdict == .rejected)
    // A vote by hand breaks the tie, and the chair's word with it.
    round.numbers.byHand = Tally(yes: 1)
    #expect(Outcome(of: round, tally: tally).verdict == .accepted)
    #expect(!Outcome(of: round, tally: tally).isChairsWord)
  }

  @Test("more votes than people present are pointed out, and change no verdict")
  func tooManyVotes() {
    var round = Round(
      number: 1, question: Question("Tea?", rule: .simple), openedSeconds: 0, closedSeconds: 1,
      numbers: Numbers(present: 5))
    #expect(!Outcome(of: round, tally: Tally(yes: 3, no: 2)).exceedsPresent)
    round.numbers.byHand = Tally(abstain: 1)
    let outcome = Outcome(of: round, tally: Tally(yes: 3, no: 2))
    #expect(outcome.exceedsPresent)
    #expect(outcome.verdict == .accepted)
  }
}

@Suite("Steps for the rule")
struct RuleStepTests {
  private static let tea = Question(
    "Tea?", abstainLabel: "Abstain", rule: .simple, chairDecides: true)

  private func room(_ steps: Step..., tally: Tally = Tally()) throws -> Room {
    var room = Room()
    for step in steps { _ = try room.apply(step, tally: tally, at: 1_000) }
    return room
  }

  @Test("a roll call counts who is present, for the rounds that follow")
  func rollCall() throws {
    let here = Tally(yes: 40)
    var room = try room(
      .ask(Question("Here?", isRollCall: true), isHidden: false, isDraft: false),
      .numbers(.init(byHand: [.yes: 2])), .close, tally: here)
    #expect(room.numbers.present == 42)
    _ = try room.apply(.ask(Self.tea, isHidden: true, isDraft: false), tally: here, at: 2_000)
    #expect(room.round?.numbers == Numbers(present: 42))
  }

  @Test("numbers hold for the round, and how many are there for the next rounds too")
  func numbers() throws {
    var room = try room(.ask(Self.tea, isHidden: false, isDraft: false))
    let edit = Step.NumbersEdit(present: 40, entitled: 60, byHand: [.no: 3, .abstain: 1])
    #expect(try room.apply(.numbers(edit), tally: Tally(), at: 0).map(\.kind) == [.numbersEntered])
    let byHand = Tally(no: 3, abstain: 1)
    #expect(
      room.round?.numbers == Numbers(present: 40, entitled: 60, byHand: byHand))
    #expect(try room.apply(.numbers(edit), tally: Tally(), at: 0).isEmpty)
    _ = try room.apply(.numbers(.init(present: .some(nil))), tally: Tally(), at: 0)
    #expect(room.round?.numbers == Numbers(entitled: 60, byHand: byHand))
    _ = try room.apply(
      .numbers(.init(byHand: [.yes: nil, .no: nil, .abstain: nil])), tally: Tally(), at: 0)
    #expect(room.round?.numbers.byHand == nil)
    _ = try room.apply(.again, tally: Tally(), at: 0)
    #expect(room.round?.numbers == Numbers(entitled: 60))
    #expect(room.round?.question == Self.tea)
  }

  @Test("a number out of range, for a choice that is not there, or for no round, is refused")
  func refusedNumbers() throws {
    var room = try room(.ask(Question("Tea?"), isHidden: false, isDraft: false))
    let edits: [(Step.NumbersEdit, StepRefusal)] = [
      (.init(present: -1), .numberOutOfRange), (.init(entitled: .max), .numberOutOfRange),
      (.init(byHand: [.yes: 100_000_001]), .numberOutOfRange),
      (.init(byHand: [.abstain: 1]), .noSuchChoice),
    ]
    for (edit, refusal) in edits {
      #expect(throws: refusal) { try room.apply(.numbers(edit), tally: Tally(), at: 0) }
    }
    var empty = Room()
    #expect(throws: StepRefusal.nothingThere) {
      try empty.apply(.numbers(.init(byHand: [.yes: 1])), tally: Tally(), at: 0)
    }
  }

  @Test("the chair speaks in a tie that is closed, and reopening takes the word back")
  func chair() throws {
    let tie = Tally(yes: 2, no: 2)
    var room = try room(.ask(Self.tea, isHidden: false, isDraft: false))
    #expect(throws: StepRefusal.stillOpen) {
      try room.apply(.chair(casts: .yes), tally: tie, at: 0)
    }
    _ = try room.apply(.close, tally: tie, at: 0)
    #expect(throws: StepRefusal.noTie) {
      try room.apply(.chair(casts: .yes), tally: Tally(yes: 1), at: 0)
    }
    #expect(
      try room.apply(.chair(casts: .yes), tally: tie, at: 0).map(\.kind) == [.chairCastYes])
    #expect(try room.apply(.chair(casts: .yes), tally: tie, at: 0).isEmpty)
    #expect(try room.apply(.chair(casts: .no), tally: tie, at: 0).map(\.kind) == [.chairCastNo])
    _ = try room.apply(.undo, tally: tie, at: 0)
    #expect(room.round?.chairsWord == nil)
  }

  @Test("the rule can be chosen until somebody has voted")
  func ruleIsSet() throws {
    var room = try room(.ask(Self.tea, isHidden: false, isDraft: false))
    _ = try room.apply(.edit(.init(rule: .twoThirds)), tally: Tally(), at: 0)
    #expect(room.round?.question.rule == .twoThirds)
    #expect(throws: StepRefusal.ruleIsSet) {
      try room.apply(.edit(.init(rule: .simple)), tally: Tally(yes: 1), at: 0)
    }
    #expect(throws: StepRefusal.ruleIsSet) {
      try room.apply(.edit(.init(chairDecides: false)), tally: Tally(yes: 1), at: 0)
    }
  }
}
