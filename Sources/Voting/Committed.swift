/// What is durable, as pages read it.
struct Committed: Sendable {
  var state: LedgerState
  /// Of the newest round, by their voters. Ballots under numbers that no browser will ever be told
  /// may be left out.
  var ballots: [Int: Ballot]
}
