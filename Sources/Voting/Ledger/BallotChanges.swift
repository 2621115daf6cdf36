/// What a batch of votes does to the ballots of a round. A ballot that says the same as before is no
/// change; of several votes for one ballot, the last counts.
package struct BallotChanges {
  /// Of voters who have no ballot yet.
  private(set) var added: [Ballot] = []
  private(set) var moved: [Ballot] = []
  /// So many of `added`, the first ones, are under numbers that were issued for these votes.
  private var firstCount = 0
  /// The ballots of `moved` as they were.
  private(set) var replaced: [Ballot] = []
  /// How many votes count.
  private(set) var voteCount = 0

  init() {}

  /// Settles the receipts of the votes too, or says which of them are taken.
  ///
  /// - Parameters:
  ///   - round: that is asked.
  ///   - ballots: of that round, by their voters.
  ///   - receipts: those that ballots of the round have; the new ones are among them then.
  ///   - draw: a receipt at random.
  init(
    _ votes: inout [Vote], in round: Round, to ballots: [Int: Ballot],
    _ receipts: inout TakenReceipts, draw: () -> Receipt
  ) {
    var places: [Int: Int] = [:]
    var others: [Ballot] = []
    added.reserveCapacity(votes.count)
    for index in votes.indices where votes[index].refusal == nil {
      var ballot = votes[index].ballot
      let place = votes[index].isFirst ? nil : places[ballot.voter]
      let before = votes[index].isFirst ? nil : place.map { others[$0] } ?? ballots[ballot.voter]
      if let before {
        ballot.receipt = before.receipt
      } else if round.hasReceipts {
        let receipt = receipts.take(
          ballot.receipt ?? draw(), isFixed: votes[index].isDrawnByPhone, else: draw)
        guard let receipt else {
          votes[index].refusal = .receiptTaken
          continue
        }
        ballot.receipt = receipt
      } else {
        ballot.receipt = nil
      }
      votes[index].ballot.receipt = ballot.receipt
      voteCount += 1
      if votes[index].isFirst {
        added.append(ballot)
      } else if let place {
        others[place] = ballot
      } else {
        places[ballot.voter] = others.count
        others.append(ballot)
      }
    }
    firstCount = added.count
    for ballot in others {
      guard let before = ballots[ballot.voter] else {
        added.append(ballot)
        continue
      }
      if ballot.choice == before.choice { continue }
      moved.append(ballot)
      replaced.append(before)
    }
  }

  /// The same, for a ledger that has nothing but the ballots.
  package init(deciding votes: inout [Vote], in round: Round, to ballots: [Int: Ballot]) {
    var receipts = TakenReceipts(of: ballots)
    var random = KeyedRandom()
    self.init(&votes, in: round, to: ballots, &receipts) { random.drawReceipt() }
  }

  package func count(in tally: inout Tally) {
    for ballot in added { tally.count(ballot.choice, insteadOf: nil) }
    for (ballot, before) in zip(moved, replaced) {
      tally.count(ballot.choice, insteadOf: before.choice)
    }
  }

  /// - Parameter isTold: whether browsers are told the numbers that were issued for their votes.
  ///   Nobody asks for the others again.
  package func apply(to ballots: inout [Int: Ballot], isTold: Bool) {
    for ballot in isTold ? added[...] : added[firstCount...] { ballots[ballot.voter] = ballot }
    for ballot in moved { ballots[ballot.voter] = ballot }
  }
}
