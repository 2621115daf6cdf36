import Synchronization

extension BallotBox {
  /// Takes the votes that wait, and lets each voter go when all of them are durable, or none is.
  func commit() {
    pending.withLock { $0.take(into: &batch) }
    let round = snapshot.round
    var failure: BallotBoxError?
    do throws(BallotBoxError) { try record(batch, in: round) } catch { failure = error }
    pending.withLock { $0.finishBatch() }
    recorded.withLock { recorded in
      for vote in batch { recorded.note(vote, vote.refusal(in: round) ?? failure) }
    }
    for vote in batch {
      unsafe vote.continuation.resume(returning: vote.refusal(in: round) ?? failure)
    }
    batch.removeAll(keepingCapacity: true)
  }

  private func record(_ batch: [Vote], in round: Round) throws(BallotBoxError) {
    let valid = batch.filter { $0.refusal(in: round) == nil }
    guard !valid.isEmpty || keys.reservationTarget != nil else { return }
    let start = elapsed()
    let changes = committed.withLock { BallotChanges(valid, to: $0.choices) }
    try write(changes) { ledger, state throws(LedgerError) in
      try ledger.add(changes.added, round: round.number)
      try ledger.move(changes.moved, round: round.number)
      changes.count(in: &state.newest.tally)
    }
    guard !valid.isEmpty else { return }
    recorded.withLock { $0.noteCommit(of: valid.count, took: elapsed() - start) }
    quietChecks = 0
    startUpkeep()
  }

  /// Does all that `edit` does in one transaction, then publishes what it leaves.
  ///
  /// - Parameters:
  ///   - mustWrite: makes a transaction of it even where there is nothing to write.
  ///   - isRetry: lets the ledger mend first what made it fail.
  func write(
    _ changes: BallotChanges = BallotChanges(), mustWrite: Bool = false, isRetry: Bool = false,
    _ edit: (any Ledger, inout LedgerState) throws(LedgerError) -> Void
  ) throws(BallotBoxError) {
    guard let ledger else { throw .finished }
    let old = committed.withLock { $0.state }
    var new = old
    var counters = self.counters
    do throws(LedgerError) {
      if isRetry { try ledger.recover() }
      try ledger.transaction { () throws(LedgerError) in
        try edit(ledger, &new)
        if new != old { new.newest.sequence += 1 }
        counters.numbersEnd = keys.reservationTarget ?? counters.numbersEnd
        counters.sequence = new.newest.sequence
        counters.published = new.newest.tally
        if mustWrite || counters != self.counters { try ledger.save(counters) }
      }
    } catch {
      report(error)
      throw .storage(error)
    }
    self.counters = counters
    keys.reserved(below: counters.numbersEnd)
    report(nil)
    publish(new, changes, after: old)
  }

  private func publish(_ new: LedgerState, _ changes: BallotChanges, after old: LedgerState) {
    committed.withLock { committed in
      committed.state = new
      if new.newest.round.number != old.newest.round.number { committed.choices = [:] }
      changes.apply(to: &committed.choices, isTold: ballots == .one)
    }
    if new != old { onChange(new.newest) }
  }

  /// Says once how storing fails.
  private func report(_ error: LedgerError?) {
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
