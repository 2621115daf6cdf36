import Testing
import Voting

@testable import ShowOfHands

@Suite("What binds, in words")
struct OutcomeWordsTests {
  private static let tally = Tally(yes: 23, no: 17, abstain: 10)

  private func words(
    _ rule: Rule, chairDecides: Bool = false, isRollCall: Bool = false, _ tally: Tally = tally,
    _ numbers: Numbers = Numbers(present: 40, entitled: 60), chairsWord: Choice? = nil,
    closed: Int? = 60, isHidden: Bool = false, in words: Words = .english
  ) -> OutcomeWords {
    let question = Question(
      "Tea?", abstainLabel: "Abstain", rule: rule, chairDecides: chairDecides,
      isRollCall: isRollCall)
    let round = Round(
      number: 3, question: question, openedSeconds: 0, closedSeconds: closed, isHidden: isHidden,
      numbers: numbers, chairsWord: chairsWord)
    return OutcomeWords(RoundTally(round: round, tally: tally).disclosed, in: words)
  }

  @Test(
    "words of an outcome: the same numbers pass by one rule and fail by another",
    arguments: [
      (Rule.simple, "Accepted", "Needed: 21 of 40 votes cast"),
      (.present, "Accepted", "Needed: 21 of 40 present"),
      (.twoThirds, "Rejected", "Needed: 27 of 40 votes cast"),
      (.threeQuarters, "Rejected", "Needed: 30 of 40 votes cast"),
      (.twoThirdsPresent, "Rejected", "Needed: 27 of 40 present"),
      (.threeQuartersPresent, "Rejected", "Needed: 30 of 40 present"),
      (.absolute, "Rejected", "Needed: 31 of 60 members"),
      (.unanimous, "Rejected", "Needed: 40 of 40 votes cast"),
    ])
  func verdicts(_ rule: Rule, _ verdict: String, _ needed: String) {
    let words = words(rule)
    #expect(words.text(.verdict) == verdict)
    #expect(words.text(.needed) == needed)
    #expect(words.text(.rule)?.hasPrefix("To pass: ") == true)
    #expect(words.text(.people) == "Present: 40 · Members: 60")
    // There are 50 ballots of 40 people.
    #expect(words.text(.warning) == "More votes than people present: 50, present: 40")
  }

  @Test(
    "words of an outcome: every rule has its own in every language, and no name in braces is left",
    arguments: allLanguages.all.map(\.language))
  func languages(_ language: String) throws {
    let own = try #require(allLanguages.all.first { $0.language == language })
    var rules: Set<String> = []
    for rule in Rule.allCases {
      for numbers in [Numbers(), Numbers(present: 50, entitled: 60, byHand: Tally(yes: 2, no: 1))] {
        let said = words(rule, Self.tally, numbers, in: own)
        for line in said.lines { #expect(!line.text.contains(/[{}]/), "\(line.text)") }
        #expect((said.text(.rule) == nil) == (rule == .none))
        let hasMissing = numbers.present == nil && [.present, .entitled].contains(rule.base)
        #expect((said.text(.missing) != nil) == hasMissing)
        #expect((said.verdict == nil) == (rule == .none || hasMissing))
      }
      rules.insert(own[rule.word])
    }
    #expect(rules.count == Rule.allCases.count)
  }

  @Test("words of an outcome: while it is open or hidden, the rule alone is said")
  func early() {
    for words in [words(.present, closed: nil), words(.present, isHidden: true)] {
      #expect(words.lines.map(\.name) == [.rule])
      #expect(words.verdict == nil)
    }
    #expect(words(.none, closed: nil).lines == [])
    #expect(words(.none, closed: nil).element == "")
  }

  @Test("words of an outcome: a number that nobody has entered is named, and there is no verdict")
  func missing() {
    #expect(
      words(.present, Self.tally, Numbers()).text(.missing)
        == "The number present is not entered, so there is no verdict")
    let members = words(.absolute, Self.tally, Numbers(present: 50))
    #expect(
      members.text(.missing) == "The number of members is not entered, so there is no verdict")
    #expect(members.text(.verdict) == nil && members.text(.needed) == nil)
  }

  @Test("words of an outcome: a tie is a No, or the chair's, whose word is told apart")
  func tie() {
    let even = Tally(yes: 5, no: 5)
    #expect(words(.simple, even).text(.verdict) == "Rejected")
    let open = words(.simple, chairDecides: true, even)
    #expect(open.text(.verdict) == "Tie: the chair decides")
    #expect(open.text(.rule)?.hasSuffix("; in a tie the chair decides") == true)
    #expect(open.text(.chair) == nil)
    let decided = words(.simple, chairDecides: true, even, chairsWord: .yes)
    #expect(decided.text(.verdict) == "Accepted")
    #expect(decided.text(.chair) == "By the chair’s word")
  }

  @Test("words of an outcome: votes by hand stand apart, and are added")
  func byHand() {
    let numbers = Numbers(present: 60, byHand: Tally(yes: 1_000, no: 1))
    let words = words(.simple, Self.tally, numbers)
    let space = "\u{202F}"
    #expect(
      words.text(.together) == "Together for: 1\(space)023 · against: 18 · abstaining: 10")
    #expect(
      words.text(.byHand) == "Of these by hand for: 1\(space)000 · against: 1 · abstaining: 0")
    #expect(words.text(.needed) == "Needed: 521 of 1\(space)041 votes cast")
  }

  @Test("words of an outcome: a roll call says how many are present")
  func rollCall() {
    let words = words(.none, isRollCall: true, Tally(yes: 40), Numbers())
    #expect(words.lines == [.init(name: .verdict, text: "Present: 40")])
  }
}
