/// What is durable, as pages read it.
struct Committed: Sendable {
  var state: LedgerState
  /// What the ballots of the newest round say, by their numbers. Ballots under numbers that no
  /// browser will ever be told may be left out.
  var choices: [Int: Choice]
}
