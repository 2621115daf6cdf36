/// A vote that waits to be durable.
@safe package struct Vote: Sendable {
  /// Its receipt is the one it would like to have, and the one of its ballot once that is settled.
  var ballot: Ballot
  /// The voter's number was issued for this vote: there is no ballot of that voter yet.
  let isFirst: Bool
  /// The voter's phone had its part in the receipt.
  let isDrawnByPhone: Bool
  /// Why it does not count; `nil` while nothing speaks against it.
  var refusal: BallotBoxError?
  /// The round it was meant for; `nil` for the one that is asked.
  let round: Int?
  /// Resumed once, with the ballot's receipt or with what went wrong.
  let continuation: UnsafeContinuation<Result<Receipt?, BallotBoxError>, Never>

  /// Why it does not count in this round, whatever the ledger says.
  /// - Parameter round: what is asked; `nil` before anything is.
  private func refusal(in round: Round?) -> BallotBoxError? {
    guard let round else { return .closed }
    if let meant = self.round, meant != round.number { return .otherRound }
    if !round.isOpen { return .closed }
    if !round.question.has(ballot.choice) { return .noSuchChoice }
    return nil
  }

  /// Decides anew whether it may count.
  mutating func judge(in round: Round?) { refusal = refusal(in: round) }
}
