import Platform

/// A ledger in a file, with SQLite.
///
/// Every commit is on the disk before it returns. The file is one server's at a time: a lock file
/// beside it (`<file>-lock`) says so, while other programs may read it.
public final class SQLiteLedger: Ledger {
  let connection: Connection
  public let secret: UInt128

  private let beginStatement: Statement
  /// Of one ballot, of two, and so on.
  private let insertStatements: [Statement]
  private let updateBallot: Statement
  private let upsertRound: Statement
  private let updateCounters: Statement
  private let commitStatement: Statement

  /// How many ballots one statement adds at most. A statement for each takes nearly twice as long.
  static let maxBallotsPerStatement = 16

  /// Last of all, so that the file is closed before it is another's.
  private let lock: FileLock

  /// Opens the ledger in this file, or makes one where there is no file.
  ///
  /// - Parameter busyTimeout: how long a call waits for another program's lock on the file.
  /// - Throws: `LedgerError`; the file is then as it was.
  public convenience init(path: String, busyTimeout: Duration = .seconds(2)) throws(LedgerError) {
    try self.init(path: path, busyTimeout: busyTimeout, migrations: Schema.migrations)
  }

  init(path: String, busyTimeout: Duration, migrations: [String]) throws(LedgerError) {
    if Connection.libraryNumber < Schema.libraryNumberMin {
      throw .oldLibrary(version: Connection.libraryVersion)
    }
    lock = try DatabaseFile.lock(path)
    try DatabaseFile.checkIsOurs(path)
    connection = try Connection(path, .readWrite, busyTimeout: busyTimeout)
    if connection.isReadOnly { throw .readOnly(path: path) }
    let version = try Schema.version(connection, newest: migrations.count)
    try Self.checkIsSound(connection)
    try Schema.update(connection, from: version, migrations)
    try Self.configure(connection)

    secret = try Schema.secret(connection)
    beginStatement = try Statement(connection, "BEGIN IMMEDIATE")
    insertStatements = try Self.insertStatements(connection)
    updateBallot = try Statement(
      connection, "UPDATE ballots SET answer = ?3 WHERE round = ?1 AND voter = ?2")
    upsertRound = try Statement(
      connection,
      """
      INSERT INTO rounds VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET
        question = ?2, yes_label = ?3, no_label = ?4, opened = ?5, closed = ?6
      """)
    updateCounters = try Statement(
      connection,
      """
      UPDATE counters SET numbers_end = ?1, sequence = ?2, published_yes = ?3, published_no = ?4
        WHERE id = 1
      """)
    commitStatement = try Statement(connection, "COMMIT")
  }

  private static func checkIsSound(_ connection: Connection) throws(LedgerError) {
    let answer = try connection.texts("PRAGMA quick_check(1)")
    if answer != ["ok"] {
      let lines = answer.flatMap { $0.split(separator: "\n") }.filter { !$0.hasPrefix("***") }
      throw .corrupt(path: connection.path, reason: lines.joined(separator: ", "))
    }
  }

  private static func configure(_ connection: Connection) throws(LedgerError) {
    guard try connection.texts("PRAGMA journal_mode = WAL") == ["wal"] else {
      throw .cannotOpen(
        path: connection.path, reason: "its file system does not let processes share memory")
    }
    // FULL and the two fullfsync: what is committed is on the disk, also on a Mac, whose fsync
    // alone does not ask for that. The log is moved into the file every 1,000 pages (4 MB), in
    // the commit that reaches them, and shrinks to 16 MB where a reader has kept it growing.
    try connection.execute(
      """
      PRAGMA synchronous = FULL;
      PRAGMA fullfsync = ON;
      PRAGMA checkpoint_fullfsync = ON;
      PRAGMA foreign_keys = ON;
      PRAGMA cache_size = -16384;
      PRAGMA wal_autocheckpoint = 1000;
      PRAGMA journal_size_limit = 16777216;
      """)
  }

  // MARK: Reading

  public func counters() throws(LedgerError) -> Counters { try Schema.counters(connection) }

  public func counts() throws(LedgerError) -> [RoundTally] { try Schema.counts(connection) }

  public func choices(round: Int) throws(LedgerError) -> [Int: Answer] {
    try Schema.choices(connection, round: round)
  }

  // MARK: Writing

  public func begin() throws(LedgerError) {
    if connection.isInTransaction { try connection.execute("ROLLBACK") }
    try beginStatement.run()
  }

  /// A voter who has a ballot after all is refused, and nobody's ballot is changed.
  public func add(_ ballots: [Ballot], round: Int) throws(LedgerError) {
    var rest = ballots[...]
    while !rest.isEmpty {
      let part = rest.prefix(Self.maxBallotsPerStatement)
      rest = rest.dropFirst(part.count)
      let statement = insertStatements[part.count - 1]
      statement.bind(1, round)
      var parameter: Int32 = 2
      for ballot in part {
        statement.bind(parameter, ballot.voter)
        statement.bind(parameter + 1, ballot.answer.code)
        parameter += 2
      }
      try statement.run()
    }
  }

  /// Their parameters are the round, and then each ballot's voter and answer.
  private static func insertStatements(_ connection: Connection) throws(LedgerError) -> [Statement]
  {
    var sql = "INSERT INTO ballots VALUES "
    var insertStatements: [Statement] = []
    for count in 1...maxBallotsPerStatement {
      if count > 1 { sql += ", " }
      sql += "(?1, ?\(2 * count), ?\(2 * count + 1))"
      insertStatements.append(try Statement(connection, sql))
    }
    return insertStatements
  }

  public func move(_ ballots: [Ballot], round: Int) throws(LedgerError) {
    for ballot in ballots {
      updateBallot.bind(1, round)
      updateBallot.bind(2, ballot.voter)
      updateBallot.bind(3, ballot.answer.code)
      try updateBallot.run()
    }
  }

  public func save(_ round: Round) throws(LedgerError) {
    upsertRound.bind(1, round.number)
    upsertRound.bind(2, round.question.text)
    upsertRound.bind(3, round.question.yesLabel)
    upsertRound.bind(4, round.question.noLabel)
    upsertRound.bind(5, round.openedSeconds)
    upsertRound.bind(6, round.closedSeconds)
    try upsertRound.run()
  }

  public func save(_ counters: Counters) throws(LedgerError) {
    updateCounters.bind(1, counters.numbersEnd)
    updateCounters.bind(2, counters.sequence)
    updateCounters.bind(3, counters.published.yes)
    updateCounters.bind(4, counters.published.no)
    try updateCounters.run()
  }

  /// A file that was deleted or moved would take the commit, and nobody would find it again.
  public func commit() throws(LedgerError) {
    if connection.hasMoved { throw .moved(path: connection.path) }
    try commitStatement.run()
  }

  public func rollback() {
    // A rollback that fails leaves the transaction open, and `begin` tries again.
    if connection.isInTransaction { try? connection.execute("ROLLBACK") }
    // Where the disk is full, moving the log into the file lets the log start over in the room it
    // has. If that fails too, nothing is lost.
    try? connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
  }
}
