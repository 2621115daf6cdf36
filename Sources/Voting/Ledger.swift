/// Where rounds and ballots are kept.
///
/// It is synchronous and belongs to one `BallotBox`, which alone calls it, on its executor. What
/// happens between `begin` and `commit` is durable when `commit` returns, all of it, or never
/// happened. Letting go of a ledger closes it.
public protocol Ledger: AnyObject {
  /// 128 random bits, made with the ledger, that seal its ballot keys.
  var secret: UInt128 { get }

  // MARK: Reading

  func counters() throws(LedgerError) -> Counters
  /// Every round, oldest first, counted from its ballots.
  func counts() throws(LedgerError) -> [Count]
  func answer(voter: Int, round: Int) throws(LedgerError) -> Answer?

  // MARK: Writing

  func begin() throws(LedgerError)
  /// Adds the ballots of voters who have none in this round.
  func add(_ ballots: [Ballot], round: Int) throws(LedgerError)
  /// Makes the voter's ballot in this round say `answer`. Returns what it said before.
  func record(_ answer: Answer, voter: Int, round: Int) throws(LedgerError) -> Answer?
  /// Adds the round, or replaces the one of its number.
  func save(_ round: Round) throws(LedgerError)
  func save(_ counters: Counters) throws(LedgerError)
  func commit() throws(LedgerError)
  /// Forgets everything since `begin`. Does nothing outside a transaction, and cannot fail.
  func rollback()
}

/// What a voter says in a round.
public struct Ballot: Sendable {
  public let voter: Int
  public let answer: Answer
}

/// What a ledger keeps beside rounds and ballots.
public struct Counters: Hashable, Sendable {
  /// No ballot number from here on was ever handed out.
  public var numbersEnd = 1
  /// Of the newest snapshot.
  public var sequence = 0
  /// What the screens were told last about the newest round. Nothing counts from it: it is here so
  /// that a recount in another process can hold it against the ballots.
  public var published = Tally()

  public init() {}
}

/// Why a ledger cannot be opened, read or written. The description is one sentence for the person
/// who runs the server.
public enum LedgerError: Error, Equatable, Sendable {
  /// There is no such file, or its directory is missing or closed to us.
  case cannotOpen(path: String, reason: String)
  case readOnly(path: String)
  /// The file is not a ledger.
  case foreign(path: String)
  case corrupt(path: String, reason: String)
  /// A newer program wrote the file.
  case newer(path: String, version: Int)
  /// An older program wrote the file, and we were to change nothing in it.
  case older(path: String, version: Int)
  /// Another server has the file.
  case inUse(path: String)
  /// The file was moved or deleted under us.
  case moved(path: String)
  case full(path: String)
  /// Another program locks the file for longer than we wait.
  case busy(path: String)
  case failed(path: String, reason: String)
  /// The SQLite of this machine is too old.
  case oldLibrary(version: String)
}

extension LedgerError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cannotOpen(let path, let reason):
      "cannot open the database \(path) (\(reason)): check that its directory exists and that"
        + " you may write there"
    case .readOnly(let path):
      "the database \(path) is read-only: make it writable, or use another file"
    case .foreign(let path):
      "the file \(path) is not a database of votes and was left alone: use another file"
    case .corrupt(let path, let reason):
      "the database \(path) is damaged (\(reason)): put back a copy of it, or use another file"
    case .newer(let path, let version):
      "the database \(path) was written by a newer version of this program (schema \(version)):"
        + " use that version, or another file"
    case .older(let path, let version):
      "the database \(path) was written by an older version of this program (schema \(version)):"
        + " start a server with it once, which brings it up to date"
    case .inUse(let path):
      "the database \(path) is in use by another server: stop that one, or use another file"
    case .moved(let path):
      "the database \(path) was moved or deleted while in use: put it back, or start again"
    case .full(let path):
      "the disk has no room for the database \(path): make room on it"
    case .busy(let path):
      "the database \(path) is locked by another program: close that program"
    case .failed(let path, let reason):
      "the database \(path) cannot be used (\(reason)): check its disk"
    case .oldLibrary(let version):
      "this machine has SQLite \(version): install 3.37 or later, or keep the votes in memory"
    }
  }
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
    after rounds: inout [Count], _ question: Question, now: Int
  ) throws(LedgerError) -> Round {
    if let newest = rounds.last, newest.round.isOpen {
      var closed = newest.round
      closed.closedSeconds = now
      try save(closed)
      rounds[rounds.count - 1] = Count(round: closed, tally: newest.tally)
    }
    let number = (rounds.last?.round.number ?? 0) + 1
    let round = Round(number: number, question: question, openedSeconds: now)
    try save(round)
    return round
  }
}
