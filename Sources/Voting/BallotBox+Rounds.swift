import Synchronization

extension BallotBox {
  // MARK: For the presenter

  /// Takes no more votes. Those that came before are counted; later ones fail with `.closed`.
  @discardableResult public func close() throws(BallotBoxError) -> Snapshot {
    try changeRound { if $0.isOpen { $0.closedSeconds = now() } }
  }

  /// Takes votes again.
  @discardableResult public func open() throws(BallotBoxError) -> Snapshot {
    try changeRound { $0.closedSeconds = nil }
  }

  /// Continues the round if it asks the same question, with the labels given now; otherwise closes
  /// it and opens a new one.
  @discardableResult
  public func start(_ question: Question) throws(BallotBoxError) -> Snapshot {
    if question.text != snapshot.round.question.text { return try beginRound(question) }
    return try changeRound { $0.question = question }
  }

  /// Closes the round and asks the same again, from zero.
  @discardableResult public func voteAgain() throws(BallotBoxError) -> Snapshot {
    try beginRound(snapshot.round.question)
  }

  /// Counts the votes that wait and closes the ledger. What comes later fails with `.finished`.
  public func finish() {
    pending.withLock { $0.isFinished = true }
    commit()
    upkeep?.cancel()
    ledger = nil
  }

  private func changeRound(_ edit: (inout Round) -> Void) throws(BallotBoxError) -> Snapshot {
    commit()
    try write { ledger, state throws(LedgerError) in
      let old = state.newest.round
      edit(&state.newest.round)
      if state.newest.round != old { try ledger.save(state.newest.round) }
    }
    return snapshot
  }

  private func beginRound(_ question: Question) throws(BallotBoxError) -> Snapshot {
    commit()
    try write { ledger, state throws(LedgerError) in
      state.past.append(state.newest.count)
      state.newest.round = try ledger.beginRound(after: &state.past, question, now: now())
      state.newest.tally = Tally()
    }
    return snapshot
  }
}
