/// What a ledger says to SQLite while a server has it open, prepared once.
struct LedgerStatements {
  let begin: Statement
  let commit: Statement
  /// Of one ballot, of two, and so on.
  private let insertBallots: [Statement]
  private let updateBallot: Statement
  private let upsertRound: Statement
  private let updateCounters: Statement
  private let updateLogFollows: Statement

  /// How many ballots one statement adds at most. A statement for each takes nearly twice as long.
  static let maxBallotsPerStatement = 16

  init(_ connection: Connection) throws(LedgerError) {
    begin = try Statement(connection, "BEGIN IMMEDIATE")
    commit = try Statement(connection, "COMMIT")
    insertBallots = try Self.insertBallots(connection)
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
    updateLogFollows = try Statement(
      connection, "UPDATE counters SET log_follows = ?1 WHERE id = 1")
  }

  /// Their parameters are the round, and then each ballot's voter and choice.
  private static func insertBallots(_ connection: Connection) throws(LedgerError) -> [Statement] {
    var sql = "INSERT INTO ballots VALUES "
    var statements: [Statement] = []
    for count in 1...maxBallotsPerStatement {
      if count > 1 { sql += ", " }
      sql += "(?1, ?\(2 * count), ?\(2 * count + 1))"
      statements.append(try Statement(connection, sql))
    }
    return statements
  }

  /// A voter who has a ballot after all is refused, and nobody's ballot is changed.
  func add(_ ballots: [Ballot], round: Int) throws(LedgerError) {
    var rest = ballots[...]
    while !rest.isEmpty {
      let part = rest.prefix(Self.maxBallotsPerStatement)
      rest = rest.dropFirst(part.count)
      let statement = insertBallots[part.count - 1]
      statement.bind(1, round)
      var parameter: Int32 = 2
      for ballot in part {
        statement.bind(parameter, ballot.voter)
        statement.bind(parameter + 1, ballot.choice.code)
        parameter += 2
      }
      try statement.run()
    }
  }

  func move(_ ballots: [Ballot], round: Int) throws(LedgerError) {
    for ballot in ballots {
      updateBallot.bind(1, round)
      updateBallot.bind(2, ballot.voter)
      updateBallot.bind(3, ballot.choice.code)
      try updateBallot.run()
    }
  }

  func save(_ round: Round) throws(LedgerError) {
    upsertRound.bind(1, round.number)
    upsertRound.bind(2, round.question.text)
    upsertRound.bind(3, round.question.yesLabel)
    upsertRound.bind(4, round.question.noLabel)
    upsertRound.bind(5, round.openedSeconds)
    upsertRound.bind(6, round.closedSeconds)
    try upsertRound.run()
  }

  func save(_ counters: Counters) throws(LedgerError) {
    updateCounters.bind(1, counters.numbersEnd)
    updateCounters.bind(2, counters.sequence)
    updateCounters.bind(3, counters.published.yes)
    updateCounters.bind(4, counters.published.no)
    try updateCounters.run()
  }

  func setLogFollows(_ isSo: Bool) throws(LedgerError) {
    updateLogFollows.bind(1, isSo ? 1 : 0)
    try updateLogFollows.run()
  }
}
