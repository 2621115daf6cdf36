// Voting: rounds, ballots and tallies, and the ledger that keeps them. Nothing of HTTP or pages.
//
//   BallotBox      takes votes from any thread, counts them, acknowledges what is on disk
//   PendingVotes   where votes gather while the ones before them are written
//   KeyIssuer      ballot numbers, and the signatures that make a browser's key impossible to forge
//   Ledger         the contract of what keeps ballots; MemoryLedger and SQLiteLedger keep it
//   Recount        reads a ledger in another process and holds it against its own ballots
//
// A vote goes: cast() checks its key on the caller's thread and leaves it in PendingVotes; the
// actor takes all that wait, records them in one transaction, publishes the new snapshot, and only
// then lets every cast() return.

import Platform
import Synchronization

/// The actor that counts.
///
/// A vote is acknowledged when it is durable, and the tally is always the count of the ballots that
/// are. Votes that arrive while others are being written share the next transaction.
public actor BallotBox {
  private nonisolated let executor: any SerialExecutor & TaskExecutor
  private nonisolated let ballots: BallotPolicy
  private nonisolated let keys: KeyIssuer
  private nonisolated let waiting: Mutex<PendingVotes>
  private nonisolated let recorded = Mutex(BallotBoxStatistics())
  private nonisolated let stored: Mutex<LedgerState>
  private let now: @Sendable () -> Int
  private let onChange: @Sendable (Snapshot) -> Void
  private let onFault: @Sendable (LedgerError) -> Void

  /// `nil` once it has been finished.
  private var ledger: (any Ledger)?
  /// As the ledger has them on disk.
  private var counters: Counters
  /// The votes in hand; empty between two batches, and kept for its storage.
  private var batch: [Vote] = []

  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// Continues the ledger's newest round if it asks the same question, closed if it was closed;
  /// otherwise closes that round and opens a new one.
  ///
  /// - Parameters:
  ///   - executor: where the ledger is written; it may block on a disk. The actor keeps it alive.
  ///   - question: what is asked, given what the ledger asked last, if anything.
  ///   - maxPendingVotes: how many votes may wait for the disk; past it, `cast` throws `.busy`.
  ///   - now: seconds since 1970.
  ///   - onChange: called on the executor with every snapshot after this one, in order, when it is
  ///     durable and before any vote in it is acknowledged.
  ///   - onFault: called on the executor when storing begins to fail, and when it fails in another
  ///     way than before: once for a whole outage.
  public init(
    ledger: sending any Ledger,
    executor: any SerialExecutor & TaskExecutor,
    question: (Question?) -> Question,
    ballots: BallotPolicy = .one,
    maxPendingVotes: Int = 10_000,
    now: @escaping @Sendable () -> Int = BallotBox.secondsSince1970,
    onChange: @escaping @Sendable (Snapshot) -> Void = { _ in },
    onFault: @escaping @Sendable (LedgerError) -> Void = { _ in }
  ) throws(LedgerError) {
    var counters = try ledger.counters()
    let numbers = KeyIssuer.firstNumbers(after: counters.numbersEnd)
    let state = try ledger.transaction { () throws(LedgerError) in
      counters.numbersEnd = numbers.upperBound
      counters.sequence += 1
      let state = try LedgerState(
        continuing: ledger, question, sequence: counters.sequence, now: now())
      counters.published = state.newest.tally
      try ledger.save(counters)
      return state
    }
    self.executor = executor
    self.ballots = ballots
    self.now = now
    self.onChange = onChange
    self.onFault = onFault
    self.counters = counters
    keys = KeyIssuer(secret: ledger.secret, numbers: numbers)
    waiting = Mutex(PendingVotes(max: maxPendingVotes))
    stored = Mutex(state)
    self.ledger = ledger
  }

  /// By the system's clock.
  public static let secondsSince1970: @Sendable () -> Int = {
    let range = Round.secondsRange
    return min(max(WallClock.secondsSince1970(), range.lowerBound), range.upperBound)
  }

  // MARK: For every request, on any thread

  /// The newest round and its tally as they are on disk. Never waits for the disk.
  public nonisolated var snapshot: Snapshot { stored.withLock { $0.newest } }

  /// Every round with its tally as they are on disk, oldest first. Never waits for the disk.
  public nonisolated var counts: [RoundTally] {
    let state = stored.withLock { $0 }
    return state.past + [state.newest.count]
  }

  /// What was done since the start. Never waits for the disk.
  public nonisolated var statistics: BallotBoxStatistics { recorded.withLock { $0 } }

  /// Counts a vote and returns when it is durable. A key that is missing, or that this ledger did
  /// not issue, makes a new ballot; a key whose browser has voted moves its ballot. It may have been
  /// stored even where the caller's task is cancelled meanwhile.
  ///
  /// - Parameter round: the number of the round the voter was looking at: a vote that arrives when
  ///   another one is asked does not count there. `nil` for whichever is asked.
  /// - Throws: a `BallotBoxError`; then nothing was counted.
  public nonisolated func cast(
    _ answer: Answer, key: BallotKey? = nil, round: Int? = nil
  ) async throws(BallotBoxError) -> Receipt {
    let (voter, isFirst, newKey) = try number(for: key)
    let ballot = Ballot(voter: voter, answer: answer)
    let failure = await withUnsafeContinuation { continuation in
      let vote = Vote(ballot: ballot, isFirst: isFirst, round: round, continuation: continuation)
      switch waiting.withLock({ $0.add(vote) }) {
      case .added: break
      case .addedFirst: commitSoon()
      case .refused(let error):
        recorded.withLock { $0.note(answer, error) }
        continuation.resume(returning: error)
      }
    }
    if let failure { throw failure }
    return Receipt(answer: answer, newKey: newKey)
  }

  /// A key for a browser that has none, to be set as its cookie before it votes: the repeat of its
  /// first vote is then harmless too. `nil` while the ledger cannot reserve numbers, and where
  /// every vote is a new ballot.
  public nonisolated func issueKey() -> BallotKey? {
    guard ballots == .one else { return nil }
    defer { reserveSoon() }
    return keys.issue()
  }

  /// Whether this ledger issued the key. A browser with another one needs a new one.
  public nonisolated func isValid(_ key: BallotKey) -> Bool { keys.isValid(key) }

  /// Six characters that are this ledger's own, for the name of the cookie with the key: two servers
  /// on one host then leave each other's alone.
  public nonisolated var cookieSuffix: String { keys.cookieSuffix }

  /// What the browser's ballot says in the newest round. Goes to the ledger; `nil` also where the
  /// ledger cannot be read.
  public func answer(of key: BallotKey) -> Answer? {
    guard ballots == .one, keys.isValid(key) else { return nil }
    // A page is better without this than not at all.
    return try? ledger?.answer(voter: key.number, round: snapshot.round.number)
  }

  /// The number of the ballot, whether it was issued just now, and the key that the browser must be
  /// told.
  private nonisolated func number(
    for key: BallotKey?
  ) throws(BallotBoxError) -> (voter: Int, isFirst: Bool, newKey: BallotKey?) {
    if ballots == .one, let key, keys.isValid(key) { return (key.number, false, nil) }
    defer { reserveSoon() }
    switch ballots {
    case .one: if let key = keys.issue() { return (key.number, true, key) }
    case .many: if let number = keys.issueNumber() { return (number, true, nil) }
    }
    throw .busy
  }

  private nonisolated func reserveSoon() {
    if keys.reservationTarget != nil, waiting.withLock({ $0.schedule() }) { commitSoon() }
  }

  private nonisolated func commitSoon() {
    Task(executorPreference: executor) { await self.commit() }
  }

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
    waiting.withLock { $0.isFinished = true }
    commit()
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

  // MARK: Writing

  /// Takes the votes that wait, and answers each when all of them are durable, or none is.
  private func commit() {
    waiting.withLock { $0.take(into: &batch) }
    let round = snapshot.round
    var failure: BallotBoxError?
    do throws(BallotBoxError) { try record(batch, in: round) } catch { failure = error }
    waiting.withLock { $0.inFlight = 0 }
    recorded.withLock { recorded in
      for vote in batch { recorded.note(vote.ballot.answer, vote.refusal(in: round) ?? failure) }
    }
    for vote in batch { vote.continuation.resume(returning: vote.refusal(in: round) ?? failure) }
    batch.removeAll(keepingCapacity: true)
  }

  private func record(_ batch: [Vote], in round: Round) throws(BallotBoxError) {
    let valid = batch.filter { $0.refusal(in: round) == nil }
    guard !valid.isEmpty || keys.reservationTarget != nil else { return }
    let start = ContinuousClock.now
    try write { ledger, state throws(LedgerError) in
      let firsts = valid.compactMap { $0.isFirst ? $0.ballot : nil }
      try ledger.add(firsts, round: round.number)
      for ballot in firsts { state.newest.tally.count(ballot.answer, insteadOf: nil) }
      for vote in valid where !vote.isFirst {
        let (voter, answer) = (vote.ballot.voter, vote.ballot.answer)
        let previous = try ledger.record(answer, voter: voter, round: round.number)
        state.newest.tally.count(answer, insteadOf: previous)
      }
    }
    if !valid.isEmpty { recorded.withLock { $0.noteCommit(of: valid.count, took: .now - start) } }
  }

  /// Does all that `edit` does in one transaction, then publishes what it leaves.
  private func write(
    _ edit: (any Ledger, inout LedgerState) throws(LedgerError) -> Void
  ) throws(BallotBoxError) {
    guard let ledger else { throw .finished }
    let old = stored.withLock { $0 }
    var new = old
    var counters = self.counters
    do throws(LedgerError) {
      try ledger.transaction { () throws(LedgerError) in
        try edit(ledger, &new)
        if new != old { new.newest.sequence += 1 }
        counters.numbersEnd = keys.reservationTarget ?? counters.numbersEnd
        counters.sequence = new.newest.sequence
        counters.published = new.newest.tally
        if counters != self.counters { try ledger.save(counters) }
      }
    } catch {
      let before = recorded.withLock { recorded in
        defer { recorded.fault = error }
        return recorded.fault
      }
      if error != before { onFault(error) }
      throw .storage(error)
    }
    recorded.withLock { $0.fault = nil }
    self.counters = counters
    keys.reserved(below: counters.numbersEnd)
    if new != old {
      stored.withLock { $0 = new }
      onChange(new.newest)
    }
  }
}
