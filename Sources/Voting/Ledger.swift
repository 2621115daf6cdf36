/// Where rounds and ballots are kept.
///
/// It is synchronous and belongs to one `BallotBox`, which alone calls it, on its executor. What
/// happens between `begin` and `commit` is durable when `commit` returns, all of it, or never
/// happened. Letting go of a ledger closes it.
public protocol Ledger: AnyObject {
  /// 128 random bits, made with the ledger, that sign its ballot keys.
  var secret: UInt128 { get }

  // MARK: Reading

  func counters() throws(LedgerError) -> Counters
  /// Every round, oldest first, counted from its ballots.
  func counts() throws(LedgerError) -> [RoundTally]
  /// What every ballot of the round says, by its voter.
  func choices(round: Int) throws(LedgerError) -> [Int: Choice]

  // MARK: Writing

  func begin() throws(LedgerError)
  /// Adds the ballots of voters who have none in this round.
  func add(_ ballots: [Ballot], round: Int) throws(LedgerError)
  /// Makes the ballots of voters who have one in this round say something else.
  func move(_ ballots: [Ballot], round: Int) throws(LedgerError)
  /// Adds the round, or replaces the one of its number.
  func save(_ round: Round) throws(LedgerError)
  func save(_ counters: Counters) throws(LedgerError)
  func commit() throws(LedgerError)
  /// Forgets everything since `begin`. Does nothing outside a transaction, and cannot fail.
  func rollback()

  // MARK: Upkeep

  /// Moves what was committed and is kept apart into the place where copies are taken from.
  /// - Returns: whether all of it is there. Where it is not, nothing is lost.
  func consolidate() -> Bool
  /// Called before storing is tried again after a fault: for what does not mend by itself.
  func recover() throws(LedgerError)
  /// What is kept apart.
  var log: LedgerLog { get }
  /// What the host should know though votes are stored, each once.
  func takeWarnings() -> [LedgerWarning]
}

extension Ledger {
  public func consolidate() -> Bool { true }
  public func recover() {}
  public var log: LedgerLog { LedgerLog() }
  public func takeWarnings() -> [LedgerWarning] { [] }
}

extension Ledger {
  /// Commits what `body` did, or rolls it back and throws what it threw.
  func transaction<Value>(
    _ body: () throws(LedgerError) -> Value
  ) throws(LedgerError) -> Value {
    try begin()
    do throws(LedgerError) {
      let value = try body()
      try commit()
      return value
    } catch {
      rollback()
      throw error
    }
  }

  /// Closes the newest of the rounds, if it is open, and adds the next one.
  func beginRound(
    after rounds: inout [RoundTally], _ question: Question, now: Int
  ) throws(LedgerError) -> Round {
    if let newest = rounds.last, newest.round.isOpen {
      var closed = newest.round
      closed.closedSeconds = now
      try save(closed)
      rounds[rounds.count - 1] = RoundTally(round: closed, tally: newest.tally)
    }
    let number = (rounds.last?.round.number ?? 0) + 1
    let round = Round(number: number, question: question, openedSeconds: now)
    try save(round)
    return round
  }
}
