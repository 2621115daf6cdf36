import Voting

/// Several rounds, oldest first.
struct Results: Encodable {
  let rounds: [RoundResult]

  init(_ rounds: [DisclosedRound]) {
    self.rounds = rounds.map { RoundResult($0) }
  }
}
