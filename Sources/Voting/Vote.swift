/// A vote that waits to be durable.
@safe struct Vote: Sendable {
  let ballot: Ballot
  /// The voter's number was issued for this vote: there is no ballot of that voter yet.
  let isFirst: Bool
  /// The round it was meant for; `nil` for the one that is asked.
  let round: Int?
  /// Resumed once, with what went wrong or with nothing.
  let continuation: UnsafeContinuation<BallotBoxError?, Never>

  /// Why it does not count in this round, whatever the ledger says.
  /// - Parameter round: what is asked; `nil` before anything is.
  func refusal(in round: Round?) -> BallotBoxError? {
    guard let round else { return .closed }
    if let meant = self.round, meant != round.number { return .otherRound }
    if !round.isOpen { return .closed }
    return round.question.has(ballot.choice) ? nil : .noSuchChoice
  }
}
