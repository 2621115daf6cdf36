/// A ledger that keeps nothing: rounds and ballots end with the process.
public final class MemoryLedger: Ledger {
  public let secret = UInt128.random(in: .min ... .max)
  private var kept = LedgerContents()
  /// By round and voter.
  private var ballots: [Int: [Int: Choice]] = [:]

  public init() { kept.deskKey = .random(in: .min ... .max) }

  public func contents() -> LedgerContents {
    var contents = kept
    for (round, choices) in ballots {
      var tally = Tally()
      for choice in choices.values { tally.count(choice, insteadOf: nil) }
      contents.tallies[round] = tally
    }
    return contents
  }

  public func choices(round: Int) -> [Int: Choice] { ballots[round, default: [:]] }

  public func write(_ batch: LedgerBatch) {
    if let round = batch.round {
      for ballot in batch.added + batch.moved {
        ballots[round, default: [:]][ballot.voter] = ballot.choice
      }
    }
    if let step = batch.step {
      kept.room = step.room
      kept.record = (kept.record + step.entries).suffix(LedgerContents.maxRecord)
    }
    if let counters = batch.counters { kept.counters = counters }
    if let deskKey = batch.deskKey { kept.deskKey = deskKey }
  }
}
