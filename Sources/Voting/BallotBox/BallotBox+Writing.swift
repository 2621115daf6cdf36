import Synchronization

extension BallotBox {
  /// Takes the votes that wait, and lets each voter go when all of them are durable, or none is.
  func commit() {
    pending.withLock { $0.take(into: &batch) }
    var failure: BallotBoxError?
    if !batch.isEmpty {
      do throws(BallotBoxError) { try count() } catch { failure = error }
    }
    pending.withLock { $0.finishBatch() }
    recorded.withLock { recorded in
      for vote in batch { recorded.note(vote, vote.refusal ?? failure) }
    }
    for vote in batch {
      if let failure = vote.refusal ?? failure {
        unsafe vote.continuation.resume(returning: .failure(failure))
      } else {
        unsafe vote.continuation.resume(returning: .success(vote.ballot.receipt))
      }
    }
    batch.removeAll(keepingCapacity: true)
  }

  /// So often the votes in hand are looked at anew because another instance changed the room.
  private static let maxLooks = 10

  /// Has the votes in hand counted, as far as the room takes them.
  private func count() throws(BallotBoxError) {
    for _ in 0..<Self.maxLooks {
      let room = committed.withLock { $0.state.evening }.room
      let round = room.publicRound
      for index in batch.indices { batch[index].judge(in: round) }
      guard let round, batch.contains(where: { $0.refusal == nil }) else { return }
      if try count(in: round, of: room) { return }
      try lookAround()
    }
    throw .busy
  }

  /// - Returns: whether the room was as we know it; nothing was counted where it was not.
  private func count(in round: Round, of room: Room) throws(BallotBoxError) -> Bool {
    guard let ledger else { throw .finished }
    let start = elapsed()
    let numbers: LedgerNumbers?
    do throws(LedgerError) {
      numbers = try ledger.count(&batch, in: round, version: room.version)
    } catch {
      report(error)
      throw .storage(error)
    }
    guard let numbers else { return false }
    report(nil)
    take(numbers)
    let voteCount = batch.count { $0.refusal == nil }
    guard voteCount > 0 else { return true }
    recorded.withLock { $0.noteCommit(of: voteCount, took: elapsed() - start) }
    quietChecks = 0
    startUpkeep()
    return true
  }

  /// Shows numbers that are durable.
  func take(_ numbers: LedgerNumbers) {
    let news = committed.withLock { committed -> Snapshot? in
      guard numbers.sequence > committed.state.sequence else { return nil }
      committed.state.count(numbers)
      return committed.state.snapshot
    }
    if let news { onChange(news) }
  }

  /// Writes what is no vote, then shows what it leads to.
  ///
  /// - Parameters:
  ///   - isRetry: lets the ledger mend first what made it fail.
  ///   - edit: makes the new state of the present one.
  func write(
    _ batch: StepBatch = StepBatch(), isRetry: Bool = false,
    edit: (inout LedgerState) -> Void = { _ in }
  ) throws(BallotBoxError) {
    guard let ledger else { throw .finished }
    let old = committed.withLock { $0.state }
    var new = old
    edit(&new)
    var batch = batch
    batch.tally = new.tally
    batch.isNews = new.evening !== old.evening
    do throws(LedgerError) {
      if isRetry { try ledger.recover() }
      new.sequence = try ledger.write(batch)
    } catch {
      report(error)
      throw .storage(error)
    }
    report(nil)
    committed.withLock { [new] in $0.state = new }
    if batch.isNews { onChange(new.snapshot) }
  }

  /// Says once how storing fails.
  func report(_ error: LedgerError?) {
    let before = recorded.withLock { recorded in
      defer { recorded.fault = error }
      return recorded.fault
    }
    guard let error else {
      if before != nil { onRecovery() }
      return
    }
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
