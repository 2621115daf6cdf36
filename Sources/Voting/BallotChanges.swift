/// What a batch of votes does to the ballots of a round. A ballot that says the same as before is no
/// change; of several votes for one ballot, the last counts.
struct BallotChanges {
  /// Of voters who have no ballot yet.
  private(set) var added: [Ballot] = []
  private(set) var moved: [Ballot] = []
  /// So many of `added`, the first ones, are under numbers that were issued for these votes.
  private var firstCount = 0
  /// What the ballots of `moved` said before.
  private var previous: [Choice] = []

  init() {}

  /// - Parameter choices: what the ballots of the round say, by their numbers.
  init(_ votes: [Vote], to choices: [Int: Choice]) {
    var latest: [Int: Choice] = [:]
    var voters: [Int] = []
    added.reserveCapacity(votes.count)
    for vote in votes {
      if vote.isFirst {
        added.append(vote.ballot)
      } else if latest.updateValue(vote.ballot.choice, forKey: vote.ballot.voter) == nil {
        voters.append(vote.ballot.voter)
      }
    }
    firstCount = added.count
    for voter in voters {
      // It was put there by the same votes.
      let ballot = Ballot(voter: voter, choice: latest[voter]!)
      switch choices[voter] {
      case nil: added.append(ballot)
      case ballot.choice: break
      case let before?:
        moved.append(ballot)
        previous.append(before)
      }
    }
  }

  func count(in tally: inout Tally) {
    for ballot in added { tally.count(ballot.choice, insteadOf: nil) }
    for (ballot, before) in zip(moved, previous) {
      tally.count(ballot.choice, insteadOf: before)
    }
  }

  /// - Parameter isTold: whether browsers are told the numbers that were issued for their votes.
  ///   Nobody asks for the others again.
  func apply(to choices: inout [Int: Choice], isTold: Bool) {
    for ballot in isTold ? added[...] : added[firstCount...] {
      choices[ballot.voter] = ballot.choice
    }
    for ballot in moved { choices[ballot.voter] = ballot.choice }
  }
}
