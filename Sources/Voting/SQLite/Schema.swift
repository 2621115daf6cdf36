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
    // A ballot may abstain, which the CHECK of the old table forbids. Rounds have phases, hidden
    // numbers and a countdown; the host's side of the evening has a row, a list and a record.
    """
    CREATE TABLE new_ballots (
      round INTEGER NOT NULL REFERENCES rounds,
      voter INTEGER NOT NULL,
      answer INTEGER NOT NULL CHECK (answer IN (0, 1, 2)),
      PRIMARY KEY (round, voter)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO new_ballots SELECT round, voter, answer FROM ballots;
    DROP TABLE ballots;
    ALTER TABLE new_ballots RENAME TO ballots;

    ALTER TABLE rounds ADD COLUMN abstain_label TEXT;
    ALTER TABLE rounds ADD COLUMN revealed INTEGER NOT NULL DEFAULT 0 CHECK (revealed IN (0, 1));
    ALTER TABLE rounds ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1));
    ALTER TABLE rounds ADD COLUMN hidden_as_asked INTEGER NOT NULL DEFAULT 0
      CHECK (hidden_as_asked IN (0, 1));
    ALTER TABLE rounds ADD COLUMN archived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1));
    ALTER TABLE rounds ADD COLUMN closes_at INTEGER;
    UPDATE rounds SET archived = 1 WHERE number < (SELECT max(number) FROM rounds);

    ALTER TABLE counters ADD COLUMN published_abstain INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE counters ADD COLUMN desk_key TEXT NOT NULL DEFAULT '';
    UPDATE counters SET desk_key = \(newKey);

    CREATE TABLE room (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      version INTEGER NOT NULL,
      next_number INTEGER NOT NULL,
      draft_question TEXT,
      draft_yes_label TEXT,
      draft_no_label TEXT,
      draft_abstain_label TEXT,
      draft_hidden INTEGER NOT NULL CHECK (draft_hidden IN (0, 1)),
      stage TEXT NOT NULL,
      announcement TEXT NOT NULL,
      shown_round INTEGER,
      prepared_position INTEGER NOT NULL,
      address TEXT
    ) STRICT;
    INSERT INTO room
      SELECT 1, 0, coalesce(max(number), 0) + 1, NULL, NULL, NULL, NULL, 0, 'result', '', NULL, 0,
        NULL
      FROM rounds;

    CREATE TABLE prepared (
      position INTEGER PRIMARY KEY,
      question TEXT NOT NULL,
      yes_label TEXT NOT NULL,
      no_label TEXT NOT NULL,
      abstain_label TEXT
    ) STRICT;

    CREATE TABLE record (
      id INTEGER PRIMARY KEY,
      seconds INTEGER NOT NULL,
      step TEXT NOT NULL,
      round INTEGER
    ) STRICT;
    """,
    // Tells the file that the prepared list was read from last from others. And of a list of three
    // values SQLite makes a table for every statement, which costs a vote 0.7 us; a range is two
    // comparisons.
    """
    ALTER TABLE room ADD COLUMN prepared_from INTEGER;

    CREATE TABLE new_ballots (
      round INTEGER NOT NULL REFERENCES rounds,
      voter INTEGER NOT NULL,
      answer INTEGER NOT NULL CHECK (answer BETWEEN 0 AND 2),
      PRIMARY KEY (round, voter)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO new_ballots SELECT round, voter, answer FROM ballots;
    DROP TABLE ballots;
    ALTER TABLE new_ballots RENAME TO ballots;
    """,
    // Votes that bind: a rule and the numbers it goes by; ballots have receipts; the record is a
    // chain, and what is published of a round is kept as it was published.
    """
    ALTER TABLE rounds ADD COLUMN rule TEXT NOT NULL DEFAULT 'none';
    ALTER TABLE rounds ADD COLUMN chair_decides INTEGER NOT NULL DEFAULT 0
      CHECK (chair_decides IN (0, 1));
    ALTER TABLE rounds ADD COLUMN roll_call INTEGER NOT NULL DEFAULT 0 CHECK (roll_call IN (0, 1));
    ALTER TABLE rounds ADD COLUMN present INTEGER;
    ALTER TABLE rounds ADD COLUMN entitled INTEGER;
    ALTER TABLE rounds ADD COLUMN by_hand_yes INTEGER;
    ALTER TABLE rounds ADD COLUMN by_hand_no INTEGER;
    ALTER TABLE rounds ADD COLUMN by_hand_abstain INTEGER;
    ALTER TABLE rounds ADD COLUMN chairs_word INTEGER CHECK (chairs_word IN (0, 1));
    ALTER TABLE rounds ADD COLUMN codes_issued INTEGER;
    ALTER TABLE rounds ADD COLUMN preset TEXT;

    ALTER TABLE rounds ADD COLUMN has_receipts INTEGER NOT NULL DEFAULT 0
      CHECK (has_receipts IN (0, 1));
    ALTER TABLE ballots ADD COLUMN receipt INTEGER;

    ALTER TABLE counters ADD COLUMN commits INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE counters ADD COLUMN ballots_sum TEXT;
    ALTER TABLE counters ADD COLUMN record_head TEXT;
    ALTER TABLE counters ADD COLUMN fingerprints_head TEXT;
    ALTER TABLE counters ADD COLUMN rounds_head TEXT;
    ALTER TABLE counters ADD COLUMN room_head TEXT;
    ALTER TABLE counters ADD COLUMN seal TEXT;

    CREATE TABLE fingerprints (
      id INTEGER PRIMARY KEY,
      round INTEGER NOT NULL,
      fingerprint TEXT NOT NULL,
      text TEXT NOT NULL
    ) STRICT;

    ALTER TABLE room ADD COLUMN draft_rule TEXT NOT NULL DEFAULT 'none';
    ALTER TABLE room ADD COLUMN draft_chair_decides INTEGER NOT NULL DEFAULT 0
      CHECK (draft_chair_decides IN (0, 1));
    ALTER TABLE room ADD COLUMN draft_roll_call INTEGER NOT NULL DEFAULT 0
      CHECK (draft_roll_call IN (0, 1));
    ALTER TABLE room ADD COLUMN draft_preset TEXT;
    ALTER TABLE room ADD COLUMN present INTEGER;
    ALTER TABLE room ADD COLUMN entitled INTEGER;
    ALTER TABLE room ADD COLUMN codes_issued INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE room ADD COLUMN codes_generation INTEGER NOT NULL DEFAULT 1;

    ALTER TABLE prepared ADD COLUMN rule TEXT NOT NULL DEFAULT 'none';
    ALTER TABLE prepared ADD COLUMN chair_decides INTEGER NOT NULL DEFAULT 0
      CHECK (chair_decides IN (0, 1));
    ALTER TABLE prepared ADD COLUMN roll_call INTEGER NOT NULL DEFAULT 0
      CHECK (roll_call IN (0, 1));
    """,
  ]

  /// Tells a ledger from others in what is published.
  static func ledgerID(_ secret: UInt128) -> UInt64 { KeyIssuer(secret: secret).ledgerID }

  /// 128 random bits as the file has them.
  private static let newKey = "lower(hex(randomblob(16)))"

  /// The first version with abstentions, phases and the host's side.
  static let firstVersionWithRoom = 3

  /// The first version with rules, receipts and a chain.
  static let firstVersionWithRules = 5

  /// What can be read without bringing it up to date first.
  static let readableVersions = 1...migrations.count

  /// The first version whose counters say whether a log follows.
  static let firstVersionWithLogFollows = 2

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
        \(version == 0 ? firstCounters(in: migrations.count) : "")
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

  private static func firstCounters(in version: Int) -> String {
    let secret = String(UInt128.random(in: .min ... .max), radix: 16)
    let padded = String(repeating: "0", count: 32 - secret.count) + secret
    let counters = Counters()
    return """
      INSERT INTO counters
        (id, secret, numbers_end, sequence, published_yes, published_no) VALUES
        (1, '\(padded)', 1, \(counters.sequence), 0, 0);
      \(version >= firstVersionWithRoom ? "UPDATE counters SET desk_key = \(newKey);" : "")
      """
  }
}
