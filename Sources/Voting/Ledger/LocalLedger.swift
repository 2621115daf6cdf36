import Synchronization

/// A ledger that is this process's alone: it has the newest round's ballots in memory, decides there
/// what votes change, and writes that.
public final class LocalLedger: Ledger {
  public let secret: UInt128
  private let storage: any LedgerStorage
  private let newest = BallotIndex([:])
  /// The round of `newest`; `nil` before the first.
  private var newestRound: Int?
  private var receipts = TakenReceipts()
  /// As they are on disk.
  private var counters = Counters()
  /// Browsers are told the numbers that are issued for their votes.
  private var tellsNumbers = true
  private var random = KeyedRandom()

  public init(_ storage: sending any LedgerStorage) {
    secret = storage.secret
    self.storage = storage
  }

  package var index: BallotIndex? { newest }

  // MARK: Reading

  package func start(_ policy: BallotPolicy) throws(LedgerError) -> LedgerContents {
    tellsNumbers = policy != .many
    let contents = try storage.contents()
    counters = contents.counters
    try showBallots(of: contents.room.publicRound)
    return contents
  }

  package func ballots(round: Int) throws(LedgerError) -> [Int: Ballot] {
    try storage.ballots(round: round)
  }

  package func ballots(of voters: [Int], round: Int) throws(LedgerError) -> [Int: Ballot] {
    let wanted = Set(voters)
    return try storage.ballots(round: round).filter { wanted.contains($0.key) }
  }

  package func record(round: Int) throws(LedgerError) -> [RecordEntry] {
    try storage.record(round: round)
  }

  package func fingerprint(round: Int) throws(LedgerError) -> Fingerprint? {
    try storage.fingerprint(round: round)
  }

  // MARK: Writing

  package func count(
    _ votes: inout [Vote], in round: Round, version: Int
  ) throws(LedgerError) -> LedgerNumbers? {
    let changes = newest.ballots.withLock {
      BallotChanges(&votes, in: round, to: $0, &receipts) { random.drawReceipt() }
    }
    var counters = counters
    changes.count(in: &counters.published)
    if counters.published != self.counters.published { counters.sequence += 1 }
    var batch = LedgerBatch()
    batch.round = round.number
    batch.added = changes.added
    batch.moved = changes.moved
    batch.replaced = changes.replaced
    if counters != self.counters { batch.counters = counters }
    do throws(LedgerError) {
      if changes.voteCount > 0 { try storage.write(batch) }
    } catch {
      receipts.release(changes.added)
      throw error
    }
    self.counters = counters
    newest.ballots.withLock { changes.apply(to: &$0, isTold: tellsNumbers) }
    return LedgerNumbers(sequence: counters.sequence, tally: counters.published)
  }

  package func write(_ batch: StepBatch) throws(LedgerError) -> Int {
    var counters = counters
    counters.published = batch.tally
    if batch.isNews { counters.sequence += 1 }
    let round = batch.step.map { $0.room.publicRound } ?? nil
    let isOther = batch.step != nil && round?.number != newestRound
    let ballots = isOther ? try round.map(ballotsOf) ?? [:] : nil
    var written = LedgerBatch()
    written.step = batch.step
    written.deskKey = batch.deskKey
    written.counters = counters
    try storage.write(written)
    self.counters = counters
    if let ballots { show(ballots, of: round) }
    return counters.sequence
  }

  private func ballotsOf(_ round: Round) throws(LedgerError) -> [Int: Ballot] {
    try storage.ballots(round: round.number)
  }

  private func showBallots(of round: Round?) throws(LedgerError) {
    show(try round.map(ballotsOf) ?? [:], of: round)
  }

  private func show(_ ballots: [Int: Ballot], of round: Round?) {
    newestRound = round?.number
    receipts = TakenReceipts(of: ballots)
    newest.ballots.withLock { $0 = ballots }
  }

  // MARK: Upkeep

  package func consolidate() -> Bool { storage.consolidate() }
  package func recover() throws(LedgerError) { try storage.recover() }
  package var log: LedgerLog { storage.log }
  package func takeWarnings() -> [LedgerWarning] { storage.takeWarnings() }
}
