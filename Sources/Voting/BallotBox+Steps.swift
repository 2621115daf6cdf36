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
    let state = committed.withLock { $0.state }
    var room = state.room
    let entries: [RecordEntry]
    do throws(StepRefusal) {
      entries = try room.apply(
        step, version: version, tally: state.tally, at: now())
    } catch {
      throw .refused(error, state.standing)
    }
    try settle(room, entries)
    var standing = self.standing
    if case .peek(let round) = step { standing.peeked = tally(ofRound: round) }
    return standing
  }

  /// Makes a new key for the host; the old one opens nothing any more.
  public func replaceDeskKey() throws(StepError) -> UInt128 {
    var batch = LedgerBatch()
    let key = UInt128.random(in: .min ... .max)
    batch.deskKey = key
    try writeStep(batch) { $0.replaceDeskKey(by: key) }
    return key
  }

  /// Counts the votes that wait and closes the ledger. What comes later fails with `.finished`.
  public func finish() {
    pending.withLock { $0.isFinished = true }
    commit()
    upkeep?.cancel()
    countdown.withLock { $0.take() }?.cancel()
    ledger = nil
  }

  private func tally(ofRound number: Int?) -> RoundTally? {
    let rounds = committed.withLock { $0.state.rounds }
    return number.map { number in rounds.first { $0.round.number == number } } ?? rounds.last
  }

  private func settle(_ room: Room, _ entries: [RecordEntry]) throws(StepError) {
    if entries.isEmpty { return }
    let old = committed.withLock { $0.state.room }
    var room = room
    var batch = LedgerBatch()
    do throws(LedgerError) {
      let fingerprints = try makeFingerprints(from: old, to: &room, entries)
      batch.step = StepChanges(from: old, to: room, entries: entries, fingerprints: fingerprints)
    } catch {
      report(error)
      throw .storage(error)
    }
    try writeStep(batch) { [room] in $0.apply(room, entries) }
    if room.round?.closesAt != old.round?.closesAt { scheduleCountdown() }
  }

  private func writeStep(
    _ batch: LedgerBatch, _ edit: (inout LedgerState) -> Void
  ) throws(StepError) {
    do throws(BallotBoxError) {
      try write(batch, edit: edit)
    } catch .storage(let error) {
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
    var (room, tally) = committed.withLock { ($0.state.room, $0.state.tally) }
    guard room.round?.closesAt == end else { return true }
    let entries = room.closeByCountdown(
      tally: tally, at: max(now(), end + Room.graceMilliseconds))
    do throws(StepError) {
      try settle(room, entries)
      return true
    } catch {
      return error == .finished
    }
  }
}
