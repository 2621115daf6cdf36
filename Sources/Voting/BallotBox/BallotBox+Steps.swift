import Synchronization

extension BallotBox {
  // MARK: For the host

  /// Does a host's step. It is durable when this returns, and seen by nobody before.
  ///
  /// - Parameter version: of the state it was decided on; `nil` means the present one.
  /// - Returns: the state that it led to; the present one, and nothing on record, where all was so
  ///   already.
  /// - Throws: `StepError`; nothing has changed.
  @discardableResult
  public func perform(_ step: Step, version: Int? = nil) throws(StepError) -> Standing {
    commit()
    try change { room, tally throws(StepRefusal) in
      try room.apply(step, version: version, tally: tally, at: now())
    }
    var standing = self.standing
    if case .peek(let round) = step { standing.peeked = tally(ofRound: round) }
    return standing
  }

  /// Makes a new key for the host; the old one opens nothing any more.
  public func replaceDeskKey() throws(StepError) -> UInt128 {
    let key = UInt128.random(in: .min ... .max)
    try begin()
    try writeStep(StepBatch(deskKey: key)) { $0.replaceDeskKey(by: key) }
    return key
  }

  /// Counts the votes that wait and closes the ledger. What comes later fails with `.finished`.
  public func finish() {
    pending.withLock { $0.isFinished = true }
    commit()
    upkeep?.cancel()
    watch?.cancel()
    countdown.withLock { $0.take() }?.cancel()
    sayGoodbye()
    ledger = nil
  }

  private func tally(ofRound number: Int?) -> RoundTally? {
    let rounds = committed.withLock { $0.state.rounds }
    return number.map { number in rounds.first { $0.round.number == number } } ?? rounds.last
  }

  /// Changes the room while nobody else does, or not at all.
  /// - Parameter edit: is given the present round's numbers, and returns what goes on record; nothing
  ///   where all was so already.
  func change(
    _ edit: (inout Room, Tally) throws(StepRefusal) -> [RecordEntry]
  ) throws(StepError) {
    try begin()
    let state = committed.withLock { $0.state }
    var room = state.room
    let entries: [RecordEntry]
    do throws(StepRefusal) {
      entries = try edit(&room, state.tally)
    } catch {
      ledger?.cancelStep()
      throw .refused(error, state.standing)
    }
    if entries.isEmpty { ledger?.cancelStep() } else { try settle(room, entries) }
  }

  /// Has the others wait, and takes over what they did until now.
  private func begin() throws(StepError) {
    guard let ledger else { throw .finished }
    do throws(LedgerError) {
      if let contents = try ledger.beginStep() { adopt(contents) }
    } catch {
      report(error)
      throw .storage(error)
    }
  }

  private func settle(_ room: Room, _ entries: [RecordEntry]) throws(StepError) {
    let old = committed.withLock { $0.state.room }
    var room = room
    let step: StepChanges
    do throws(LedgerError) {
      let fingerprints = try makeFingerprints(from: old, to: &room, entries)
      step = StepChanges(from: old, to: room, entries: entries, fingerprints: fingerprints)
    } catch {
      ledger?.cancelStep()
      report(error)
      throw .storage(error)
    }
    try writeStep(StepBatch(step: step)) { [room] in $0.apply(room, entries) }
    if room.round?.closesAt != old.round?.closesAt { scheduleCountdown() }
  }

  private func writeStep(
    _ batch: StepBatch, _ edit: (inout LedgerState) -> Void
  ) throws(StepError) {
    do throws(BallotBoxError) {
      try write(batch, edit: edit)
    } catch .storage(let error) {
      ledger?.cancelStep()
      throw .storage(error)
    } catch {
      throw .finished
    }
  }

  // MARK: Countdown

  /// Has the round closed when its countdown and the grace are over; does nothing where none runs.
  nonisolated func scheduleCountdown() {
    let end = committed.withLock { $0.state.room.round?.closesAt }
    let timer = end.map { end in
      let left = Duration.milliseconds(max(0, end + Room.graceMilliseconds - now()))
      let sleepUntilThen = Self.sleep(for: left, from: clock)
      return Task(executorPreference: executor) { [weak self, clock, executor] in
        // Only cancellation ends a sleep early.
        do { try await sleepUntilThen() } catch { return }
        while await self?.endCountdown(of: end) == false {
          do { try await clock.sleep(for: Self.upkeepInterval) } catch { return }
        }
        withExtendedLifetime(executor) {}
      }
    }
    countdown.withLock { old in
      old?.cancel()
      old = timer
    }
  }

  /// Sleeps until so much time from now has passed, by a clock that nobody sets.
  private nonisolated static func sleep(
    for duration: Duration, from clock: some Clock<Duration>
  ) -> @Sendable () async throws -> Void {
    let deadline = clock.now.advanced(by: duration)
    return { try await clock.sleep(until: deadline, tolerance: .zero) }
  }

  /// - Returns: whether there is nothing left to do; where it could not be stored, there is.
  private func endCountdown(of end: Int) -> Bool {
    // Votes that came in time.
    commit()
    do throws(StepError) {
      try change { room, tally in
        guard room.round?.closesAt == end else { return [] }
        return room.closeByCountdown(tally: tally, at: max(now(), end + Room.graceMilliseconds))
      }
      return true
    } catch {
      return error == .finished
    }
  }
}
