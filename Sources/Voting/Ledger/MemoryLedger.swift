/// A ledger that keeps nothing: rounds and ballots end with the process.
public final class MemoryLedger: LedgerStorage {
  public let secret = UInt128.random(in: .min ... .max)
  private var kept = LedgerContents()
  private var record: [RecordEntry] = []
  /// Oldest first.
  private var fingerprints: [Fingerprint] = []
  /// By round and voter.
  private var ballots: [Int: [Int: Ballot]] = [:]

  public init() { kept.deskKey = .random(in: .min ... .max) }

  public func contents() -> LedgerContents {
    var contents = kept
    contents.record = record.suffix(LedgerContents.maxRecord)
    for (round, ballots) in ballots {
      var tally = Tally()
      for ballot in ballots.values { tally.count(ballot.choice, insteadOf: nil) }
      contents.tallies[round] = tally
    }
    return contents
  }

  public func ballots(round: Int) -> [Int: Ballot] { ballots[round, default: [:]] }

  public func record(round: Int) -> [RecordEntry] { record.filter { $0.round == round } }

  public func fingerprint(round: Int) -> Fingerprint? {
    fingerprints.last { $0.round == round }
  }

  public func write(_ batch: LedgerBatch) {
    if let round = batch.round {
      for ballot in batch.added + batch.moved {
        ballots[round, default: [:]][ballot.voter] = ballot
      }
    }
    if let step = batch.step {
      kept.room = step.room
      record += step.entries
      fingerprints += step.fingerprints
    }
    if let counters = batch.counters { kept.counters = counters }
    if let deskKey = batch.deskKey { kept.deskKey = deskKey }
  }
}
