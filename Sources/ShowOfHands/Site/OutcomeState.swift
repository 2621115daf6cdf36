import Voting

/// What came of a round by its rule, from its close on: a part of the event `round` and of every
/// result. What is not there is `null`.
struct OutcomeState: Encodable {
  private let outcome: Outcome
  private let round: Round

  init(_ outcome: Outcome, _ round: Round) {
    self.outcome = outcome
    self.round = round
  }

  private enum Key: CodingKey {
    case rule, base, needed, present, entitled, byHand, counted, verdict, chair, missing
    case exceedsPresent
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(outcome.rule.rawValue, forKey: .rule)
    try container.encode(outcome.base, forKey: .base)
    try container.encode(outcome.needed, forKey: .needed)
    try container.encode(round.numbers.present, forKey: .present)
    try container.encode(round.numbers.entitled, forKey: .entitled)
    let byHand = round.numbers.byHand.map { TallyCounts($0, of: round.question) }
    try container.encode(byHand, forKey: .byHand)
    if byHand != nil {
      try container.encode(TallyCounts(outcome.counted, of: round.question), forKey: .counted)
    }
    try container.encode(outcome.verdict?.rawValue, forKey: .verdict)
    if outcome.isChairsWord {
      try container.encode(round.chairsWord?.rawValue, forKey: .chair)
    }
    try container.encodeIfPresent(outcome.missing?.rawValue, forKey: .missing)
    if outcome.exceedsPresent { try container.encode(true, forKey: .exceedsPresent) }
  }
}
