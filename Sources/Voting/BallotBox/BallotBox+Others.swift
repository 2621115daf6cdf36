import Synchronization

extension BallotBox {
  /// How often it is looked what other instances did, also where nothing is heard of them.
  static let watchInterval: Duration = .seconds(1)

  /// From now on what others do is seen here, and this instance there.
  func watchOthers() {
    guard let ledger, watch == nil else { return }
    ledger.listen { [weak self] hint in self?.hear(hint) }
    // It holds the executor, which the runtime does not, and not the box.
    watch = Task(executorPreference: executor) { [weak self, clock, executor] in
      while !Task.isCancelled {
        guard await self?.lookOnce() == true else { break }
        do { try await clock.sleep(for: Self.watchInterval) } catch { break }
      }
      withExtendedLifetime(executor) {}
    }
  }

  /// - Returns: whether there is a ledger to look at.
  private func lookOnce() -> Bool {
    do throws(BallotBoxError) {
      var own = instance()
      own.lagMilliseconds = Int(lag / .milliseconds(1))
      own.ballots = ballots
      try lookAround(telling: own)
      return true
    } catch {
      // `lookAround` has reported what it is, and the next look is soon.
      return error != .finished
    }
  }

  /// The others are told that nobody is here any more, or they would count who has moved to them
  /// twice for a while.
  func sayGoodbye() {
    guard let ledger, ledger.isShared, recorded.withLock({ $0.fault == nil }) else { return }
    // Else they forget this one by themselves.
    try? ledger.leave(instance())
  }

  // MARK: What they say

  /// Any thread may call it.
  private nonisolated func hear(_ hint: LedgerHint) {
    let isFirst = hints.withLock { last in
      let isFirst = last == nil
      if let newer = last, newer.epoch == hint.epoch,
        newer.numbers.sequence > hint.numbers.sequence
      {
        return isFirst
      }
      last = hint
      return isFirst
    }
    if isFirst { Task(executorPreference: executor) { await self.takeHint() } }
  }

  private func takeHint() {
    let hint = hints.withLock { hint in
      defer { hint = nil }
      return hint
    }
    guard let hint, let ledger else { return }
    let version = committed.withLock { $0.state.room.version }
    if hint.epoch == ledger.epoch {
      if hint.version == version { return take(hint.numbers) }
      if hint.version < version { return }
    }
    // What fails is tried again within a second.
    try? lookAround()
  }

  // MARK: What there is

  /// Takes over what others did.
  /// - Parameter own: what they are told of this instance; `nil`: nothing.
  func lookAround(telling own: Instance? = nil) throws(BallotBoxError) {
    guard let ledger else { throw .finished }
    let news: LedgerNews
    let start = elapsed()
    do throws(LedgerError) {
      news = try ledger.look(own)
    } catch {
      report(error)
      throw .storage(error)
    }
    report(nil)
    lag = elapsed() - start
    if own != nil {
      committed.withLock { $0.instances = news.instances }
      onInstances(news.instances)
    }
    if let contents = news.contents {
      adopt(contents)
    } else if let numbers = news.numbers {
      take(numbers)
    }
    if let missing = news.missing { try note(missing) }
  }

  /// Goes on from what the ledger has.
  func adopt(_ contents: LedgerContents) {
    let old = committed.withLock { $0.state }
    var contents = contents
    contents.room.preset = old.room.preset
    contents.room.givesReceipts = old.room.givesReceipts
    contents.room.asksForCodes = old.room.asksForCodes
    let new = LedgerState(contents, epoch: ledger.flatMap(keys.epoch))
    newestVersion = max(newestVersion, old.room.version)
    if new.snapshot == old.snapshot { return }
    committed.withLock { $0.state = new }
    onChange(new.snapshot)
    if new.room.round?.closesAt != old.room.round?.closesAt { scheduleCountdown() }
  }

  /// Says in the room that votes are missing; until then none are counted.
  private func note(_ missing: MissingVotes) throws(BallotBoxError) {
    do throws(StepError) {
      try change { room, _ in room.note(missing, after: newestVersion, at: now()) }
      ledger?.settle(missing)
    } catch {
      switch error {
      case .storage(let error): throw .storage(error)
      // The room takes it in every state.
      case .finished, .refused: throw .finished
      }
    }
  }

  // MARK: Ballots that pages show

  /// Asks a ledger that others write too: all who wait for their turn there share one question, and
  /// where it is not answered, one wait.
  nonisolated func lookUp(_ voter: Int) async -> Ballot? {
    await withCheckedContinuation { continuation in
      let isFirst = lookups.withLock { lookups in
        lookups.append(BallotLookup(voter: voter, continuation: continuation))
        return lookups.count == 1
      }
      if isFirst { Task(executorPreference: executor) { await self.answerLookups() } }
    }
  }

  private func answerLookups() {
    let waiting = lookups.withLock { lookups in
      defer { lookups = [] }
      return lookups
    }
    let ballots = ballots(of: waiting.map(\.voter))
    for lookup in waiting { lookup.continuation.resume(returning: ballots[lookup.voter]) }
  }

  /// What cannot be read is as if it were not there: the phone knows what it said.
  private func ballots(of voters: [Int]) -> [Int: Ballot] {
    // A page does not wait for a store that does not answer.
    guard let ledger, let round, canTellBallots else { return [:] }
    do throws(LedgerError) {
      return try ledger.ballots(of: voters, round: round.number)
    } catch {
      // The next pages need not wait to find that out.
      if case .store(_, .unreachable) = error { report(error) }
      return [:]
    }
  }

  // MARK: Words for each other

  /// Keeps a word in a shared ledger for so long, for whichever server is asked for it.
  public func deposit(_ word: String, milliseconds: Int) throws(StepError) {
    guard let ledger else { throw .finished }
    do throws(LedgerError) { try ledger.deposit(word, milliseconds: milliseconds) } catch {
      report(error)
      throw .storage(error)
    }
  }

  /// - Returns: whether it was there. It is not any more: of several who ask, one finds it.
  public func withdraw(_ word: String) throws(StepError) -> Bool {
    guard let ledger else { throw .finished }
    do throws(LedgerError) { return try ledger.withdraw(word) } catch {
      report(error)
      throw .storage(error)
    }
  }
}

/// Somebody who waits to hear of a ballot.
struct BallotLookup: Sendable {
  let voter: Int
  let continuation: CheckedContinuation<Ballot?, Never>
}
