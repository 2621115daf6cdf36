import Voting

/// The numbers of a round, by the choices that it has.
struct TallyCounts: Encodable {
  private let tally: Tally
  private let question: Question

  /// `nil` while they are hidden.
  init?(_ disclosed: DisclosedRound) {
    guard let tally = disclosed.tally else { return nil }
    self.init(tally, of: disclosed.round.question)
  }

  init(_ tally: Tally, of question: Question) {
    self.tally = tally
    self.question = question
  }

  private enum Key: CodingKey { case yes, no, abstain }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(tally.yes, forKey: .yes)
    // As in the stream, by the choices that there are.
    if question.choices.contains(.no) { try container.encode(tally.no, forKey: .no) }
    if question.choices.contains(.abstain) { try container.encode(tally.abstain, forKey: .abstain) }
  }
}
