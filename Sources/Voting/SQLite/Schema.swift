/// The tables of a ledger, and how an older file becomes a newer one.
enum Schema {
  /// Marks a file as a ledger of this program: "SHOH" in its header.
  static let applicationID = 0x5348_4F48

  /// SQLite 3.37 is the first that knows STRICT.
  static let libraryNumberMin = 3_037_000

  /// Each brings a file from the version that is its index to the next one. What has been released
  /// is never edited; a change is another entry.
  static let migrations = [
    """
    CREATE TABLE rounds (
      number INTEGER PRIMARY KEY,
      question TEXT NOT NULL,
      yes_label TEXT NOT NULL,
      no_label TEXT NOT NULL,
      opened INTEGER NOT NULL,
      closed INTEGER
    ) STRICT;

    CREATE TABLE ballots (
      round INTEGER NOT NULL REFERENCES rounds,
      voter INTEGER NOT NULL,
      answer INTEGER NOT NULL CHECK (answer IN (0, 1)),
      PRIMARY KEY (round, voter)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE counters (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      secret TEXT NOT NULL CHECK (length(secret) = 32),
      numbers_end INTEGER NOT NULL,
      sequence INTEGER NOT NULL,
      published_yes INTEGER NOT NULL,
      published_no INTEGER NOT NULL
    ) STRICT;
    """,
    // 1 where the newest commit is the last one before a log goes on; 0 in all that the log holds
    // after it. A file that says 1 by itself was copied without its log.
    """
    ALTER TABLE counters ADD COLUMN log_follows INTEGER NOT NULL DEFAULT 0
      CHECK (log_follows IN (0, 1));
    """,
  ]

  /// What can be read without bringing it up to date first.
  static let readableVersions = 1...migrations.count

  /// The first version whose counters say whether a log follows.
  private static let firstVersionWithLogFollows = 2

  /// The version of the file.
  /// - Throws: `.foreign` for another program's file, `.newer` for one we cannot read.
  static func version(_ connection: Connection, newest: Int) throws(LedgerError) -> Int {
    let version = try connection.integer("PRAGMA user_version")
    if version < 0 { throw .corrupt(path: connection.path, reason: "its schema is \(version)") }
    if version > newest { throw .newer(path: connection.path, version: version) }
    if version > 0, try connection.integer("PRAGMA application_id") != applicationID {
      throw .foreign(path: connection.path)
    }
    return version
  }

  /// Brings the file to the newest version in one transaction.
  static func update(
    _ connection: Connection, from version: Int, _ migrations: [String]
  ) throws(LedgerError) {
    guard version < migrations.count else { return }
    let steps = migrations[version...].joined(separator: "\n")
    do throws(LedgerError) {
      try connection.execute(
        """
        BEGIN IMMEDIATE;
        \(steps)
        \(version == 0 ? firstCounters() : "")
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = \(migrations.count);
        COMMIT;
        """)
    } catch {
      // What matters is why it failed; the transaction is gone either way.
      try? connection.execute("ROLLBACK")
      throw error
    }
  }

  private static func firstCounters() -> String {
    let secret = String(UInt128.random(in: .min ... .max), radix: 16)
    let padded = String(repeating: "0", count: 32 - secret.count) + secret
    let counters = Counters()
    return """
      INSERT INTO counters
        (id, secret, numbers_end, sequence, published_yes, published_no) VALUES
        (1, '\(padded)', \(counters.numbersEnd), \(counters.sequence), 0, 0);
      """
  }

  /// Every round, oldest first, counted from its ballots.
  static func counts(_ connection: Connection) throws(LedgerError) -> [RoundTally] {
    var counts: [RoundTally] = []
    let statement = try Statement(
      connection,
      """
      SELECT number, question, yes_label, no_label, opened, closed,
        count(*) FILTER (WHERE answer = 1) AS yes, count(*) FILTER (WHERE answer = 0) AS no
      FROM rounds LEFT JOIN ballots ON round = number GROUP BY number ORDER BY number
      """)
    try statement.forEachRow { row throws(LedgerError) in
      let question = Question(
        try row.text(1, maxBytes: Question.maxBytes),
        yesLabel: try row.text(2, maxBytes: Question.maxBytes),
        noLabel: try row.text(3, maxBytes: Question.maxBytes))
      let round = Round(
        number: try row.integer(0, in: Round.numberRange), question: question,
        openedSeconds: try row.integer(4, in: Round.secondsRange),
        closedSeconds: try row.optionalInteger(5, in: Round.secondsRange))
      counts.append(RoundTally(round: round, tally: try tally(row, 6, 7)))
    }
    return counts
  }

  private static func tally(
    _ row: Statement, _ yes: Int32, _ no: Int32
  ) throws(LedgerError) -> Tally {
    Tally(
      yes: try row.integer(yes, in: Counters.countRange),
      no: try row.integer(no, in: Counters.countRange))
  }

  /// What every ballot of the round says, by its voter.
  static func choices(
    _ connection: Connection, round: Int
  ) throws(LedgerError) -> [Int: Choice] {
    var choices: [Int: Choice] = [:]
    let statement = try Statement(
      connection, "SELECT voter, answer FROM ballots WHERE round = ?1")
    statement.bind(1, round)
    try statement.forEachRow { row throws(LedgerError) in
      let code = row.integer(1)
      guard let choice = Choice(code: code) else {
        throw .corrupt(path: connection.path, reason: "a ballot says \(code)")
      }
      choices[row.integer(0)] = choice
    }
    return choices
  }

  /// The key of the ledger's signatures, 32 hexadecimal digits in the file.
  static func secret(_ connection: Connection) throws(LedgerError) -> UInt128 {
    let texts = try connection.texts("SELECT secret FROM counters")
    guard let text = texts.first, text.utf8.count == 32, let secret = UInt128(text, radix: 16)
    else { throw .corrupt(path: connection.path, reason: "its secret is not 32 digits") }
    return secret
  }

  /// Whether the newest commit says that a log goes on from it.
  static func logFollows(_ connection: Connection) throws(LedgerError) -> Bool {
    let version = try connection.integer("PRAGMA user_version")
    guard version >= firstVersionWithLogFollows else { return false }
    return try connection.integer("SELECT log_follows FROM counters") == 1
  }

  static func counters(_ connection: Connection) throws(LedgerError) -> Counters {
    let statement = try Statement(
      connection, "SELECT numbers_end, sequence, published_yes, published_no FROM counters")
    let counters = try statement.first { row throws(LedgerError) in
      var counters = Counters()
      counters.numbersEnd = try row.integer(0, in: Counters.numbersEndRange)
      counters.sequence = try row.integer(1, in: Counters.countRange)
      counters.published = try tally(row, 2, 3)
      return counters
    }
    guard let counters else { throw .corrupt(path: connection.path, reason: "no counters") }
    return counters
  }
}
