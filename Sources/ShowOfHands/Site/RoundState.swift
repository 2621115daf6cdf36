import Voting

/// What the room is asked, as pages and scripts see it: the event `round`, and a part of every
/// result.
struct RoundState: Encodable {
  /// `nil` before the first round.
  private let round: DisclosedRound?
  /// In milliseconds since 1970, so that clients can correct their clocks; `nil` for the archive.
  private let now: Int?

  init(_ round: DisclosedRound?, now: Int?) {
    self.round = round
    self.now = now
  }

  private enum Key: CodingKey {
    case round, question, yesLabel, noLabel, abstainLabel, open, phase, hidden, closesAt, now, voted
    case rollCall, rule, chairDecides, fingerprint, receipts
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encodeIfPresent(now, forKey: .now)
    guard let disclosed = round else {
      try container.encodeNil(forKey: .round)
      try container.encode("waiting", forKey: .phase)
      try container.encode(false, forKey: .open)
      try container.encode(false, forKey: .hidden)
      return try container.encode(0, forKey: .voted)
    }
    let round = disclosed.round
    try container.encode(round.number, forKey: .round)
    try container.encode(round.question.text, forKey: .question)
    try container.encode(round.question.yesLabel, forKey: .yesLabel)
    // A roll call has one answer.
    try container.encodeIfPresent(round.question.label(of: .no), forKey: .noLabel)
    try container.encodeIfPresent(round.question.label(of: .abstain), forKey: .abstainLabel)
    try container.encode(round.isOpen, forKey: .open)
    try container.encode(round.phase.rawValue, forKey: .phase)
    try container.encode(round.isHidden, forKey: .hidden)
    try container.encodeIfPresent(round.closesAt, forKey: .closesAt)
    try container.encode(disclosed.voted, forKey: .voted)
    try container.encodeIfPresent(disclosed.fingerprint, forKey: .fingerprint)
    try container.encodeIfPresent(disclosed.listed, forKey: .receipts)
    if round.question.isRollCall { try container.encode(true, forKey: .rollCall) }
    if round.question.isForTheChair { try container.encode(true, forKey: .chairDecides) }
    if let outcome = disclosed.outcome {
      try OutcomeState(outcome, round).encode(to: encoder)
    } else if round.question.rule != .none {
      // Known before anybody votes.
      try container.encode(round.question.rule.rawValue, forKey: .rule)
    }
  }
}
