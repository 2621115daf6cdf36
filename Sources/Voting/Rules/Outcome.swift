/// What came of a round by its rule: the one place that decides. Screens, phones, the desk, JSON, CSV
/// and the minutes show this.
///
/// All of it is whole numbers. It is for a round that is closed: while votes come in, every threshold
/// moves.
public struct Outcome: Hashable, Sendable {
  public enum Verdict: String, Hashable, Sendable, CaseIterable {
    case accepted, rejected
    /// As many for as against, and the chair, who decides then, has not spoken yet.
    case tie
  }

  public let rule: Rule
  /// The ballots, and the votes by hand added to them.
  public let counted: Tally
  /// What the threshold is a part of; `nil` without a rule, and where nobody has entered it.
  public let base: Int?
  /// The fewest votes in favour that pass; `nil` where there is no base.
  public let needed: Int?
  /// `nil` without a rule, and where a number is missing that it goes by.
  public let verdict: Verdict?
  /// The number that the rule goes by and nobody has entered.
  public let missing: Rule.Base?
  /// There are as many for as against, and the chair decided.
  public let isChairsWord: Bool
  /// More votes were counted than people are said to be present: for the chair to judge, not for us.
  public let exceedsPresent: Bool

  /// - Parameter tally: of the ballots.
  public init(of round: Round, tally: Tally) {
    let (question, numbers) = (round.question, round.numbers)
    let counted = tally + (numbers.byHand ?? Tally())
    rule = question.rule
    self.counted = counted
    base =
      switch question.rule.base {
      case nil: nil
      case .votesCast: counted.yes + counted.no
      case .present: numbers.present
      case .entitled: numbers.entitled
      }
    needed = base.map(question.rule.needed)
    missing = base == nil ? question.rule.base : nil
    exceedsPresent = numbers.present.map { counted.total > $0 } ?? false
    let isChairs =
      question.rule == .simple && question.chairDecides && counted.yes == counted.no
    isChairsWord = isChairs && round.chairsWord != nil
    if isChairs {
      verdict = round.chairsWord.map { $0 == .yes ? .accepted : .rejected } ?? .tie
    } else {
      verdict = needed.map { counted.yes >= $0 ? .accepted : .rejected }
    }
  }
}
