import Synchronization

extension BallotBox {
  /// Takes the votes that wait, and lets each voter go when all of them are durable, or none is.
  func commit() {
    pending.withLock { $0.take(into: &batch) }
    let round = committed.withLock { $0.state.evening }.room.publicRound
    var failure: BallotBoxError?
    if let round {
      do throws(BallotBoxError) { try record(in: round) } catch { failure = error }
    }
    pending.withLock { $0.finishBatch() }
    recorded.withLock { recorded in
      for vote in batch { recorded.note(vote, vote.refusal(in: round) ?? failure) }
    }
    for vote in batch {
      if let failure = vote.refusal(in: round) ?? failure {
        unsafe vote.continuation.resume(returning: .failure(failure))
      } else {
        unsafe vote.continuation.resume(returning: .success(vote.ballot.receipt))
      }
    }
    batch.removeAll(keepingCapacity: true)
  }

  /// Writes what the votes in hand change.
  private func record(in round: Round) throws(BallotBoxError) {
    let start = elapsed()
    let changes = committed.withLock {
      BallotChanges(&batch, in: round, to: $0.ballots, &receipts, draw: keys.drawReceipt)
    }
    guard changes.voteCount > 0 else { return }
    var ledgerBatch = LedgerBatch()
    ledgerBatch.round = round.number
    ledgerBatch.added = changes.added
    ledgerBatch.moved = changes.moved
    ledgerBatch.replaced = changes.replaced
    do throws(BallotBoxError) {
      try write(ledgerBatch, changes) { changes.count(in: &$0.tally) }
    } catch {
      receipts.release(changes.added)
      throw error
    }
    recorded.withLock { $0.noteCommit(of: changes.voteCount, took: elapsed() - start) }
    quietChecks = 0
    startUpkeep()
  }

  /// Writes the batch in one transaction, then publishes what it leaves.
  ///
  /// - Parameters:
  ///   - changes: to the ballots in memory.
  ///   - mustWrite: makes a transaction of it even where there is nothing to write.
  ///   - isRetry: lets the ledger mend first what made it fail.
  ///   - edit: makes the new state of the present one.
  func write(
    _ batch: LedgerBatch, _ changes: BallotChanges = BallotChanges(), mustWrite: Bool = false,
    isRetry: Bool = false, edit: (inout LedgerState) -> Void = { _ in }
  ) throws(BallotBoxError) {
    guard let ledger else { throw .finished }
    let old = committed.withLock { $0.state }
    var new = old
    edit(&new)
    let isStep = new.evening !== old.evening
    let isNews = isStep || new.tally != old.tally
    if isNews { new.sequence += 1 }
    var batch = batch
    var counters = self.counters
    counters.sequence = new.sequence
    counters.published = new.tally
    if mustWrite || counters != self.counters { batch.counters = counters }
    var newest: [Int: Ballot]?
    do throws(LedgerError) {
      if isRetry { try ledger.recover() }
      if isStep, let round = new.room.publicRound?.number,
        round != old.room.publicRound?.number
      {
        newest = try ledger.ballots(round: round)
      }
      try ledger.write(batch)
    } catch {
      report(error)
      throw .storage(error)
    }
    self.counters = counters
    report(nil)
    if let newest { receipts = TakenReceipts(of: newest) }
    committed.withLock { committed in
      committed.state = new
      if let newest { committed.ballots = newest }
      changes.apply(to: &committed.ballots, isTold: ballots != .many)
    }
    if isNews { onChange(new.snapshot) }
  }

  /// Says once how storing fails.
  func report(_ error: LedgerError?) {
    let before = recorded.withLock { recorded in
      defer { recorded.fault = error }
      return recorded.fault
    }
    guard let error else { return }
    if error != before { onFault(error) }
    reportLog()
    startUpkeep()
  }

  /// Passes on what the ledger has to say. It costs a look at the disk, so not every commit does it.
  func reportLog() {
    guard let ledger else { return }
    let log = ledger.log
    recorded.withLock { $0.log = log }
    for warning in ledger.takeWarnings() { onWarning(warning) }
  }
}
