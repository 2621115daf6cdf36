/// A ledger that keeps nothing: rounds and ballots end with the process.
public final class MemoryLedger: Ledger {
  /// What `rollback` goes back to.
  private struct Undo {
    let counters: Counters
    let rounds: [Round]
    var ballots: [(round: Int, voter: Int, previous: Choice?)] = []
  }

  public let secret = UInt128.random(in: .min ... .max)
  private var saved = Counters()
  private var rounds: [Round] = []
  /// By round and voter.
  private var ballots: [Int: [Int: Choice]] = [:]
  private var undo: Undo?

  public init() {}

  public func counters() -> Counters { saved }

  public func counts() -> [RoundTally] {
    rounds.map { round in
      var tally = Tally()
      for choice in ballots[round.number, default: [:]].values {
        tally.count(choice, insteadOf: nil)
      }
      return RoundTally(round: round, tally: tally)
    }
  }

  public func choices(round: Int) -> [Int: Choice] { ballots[round, default: [:]] }

  public func begin() {
    precondition(undo == nil, "a transaction is open already")
    undo = Undo(counters: saved, rounds: rounds)
  }

  public func add(_ ballots: [Ballot], round: Int) {
    move(ballots, round: round)
  }

  public func move(_ ballots: [Ballot], round: Int) {
    for ballot in ballots {
      let previous = self.ballots[round, default: [:]]
        .updateValue(ballot.choice, forKey: ballot.voter)
      undo?.ballots.append((round, ballot.voter, previous))
    }
  }

  public func save(_ round: Round) {
    if let index = rounds.firstIndex(where: { $0.number == round.number }) {
      rounds[index] = round
    } else {
      rounds.append(round)
    }
  }

  public func save(_ counters: Counters) { saved = counters }

  public func commit() { undo = nil }

  public func rollback() {
    guard let undo else { return }
    for (round, voter, previous) in undo.ballots.reversed() { ballots[round]?[voter] = previous }
    rounds = undo.rounds
    saved = undo.counters
    self.undo = nil
  }
}
