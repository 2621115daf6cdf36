extension Schema {
  /// Everything but the ballots, of a file that is up to date.
  static func contents(_ connection: Connection) throws(LedgerError) -> LedgerContents {
    var contents = LedgerContents()
    contents.counters = try counters(connection)
    contents.deskKey = try key("desk_key", connection)
    contents.record = try record(connection)
    contents.room = try room(connection)
    for count in try counts(connection) {
      contents.room.rounds.append(count.round)
      contents.tallies[count.round.number] = count.tally
    }
    // Whoever wrote into the file may have forgotten it.
    let newest = contents.room.rounds.last?.number ?? 0
    contents.room.nextNumber = max(contents.room.nextNumber, newest + 1)
    return contents
  }

  // MARK: Rounds and ballots, of a file of any version

  /// Every round, oldest first, counted from its ballots.
  static func counts(_ connection: Connection) throws(LedgerError) -> [RoundTally] {
    let version = try version(of: connection)
    // What older files do not know of had not happened.
    let newer =
      version >= firstVersionWithRoom
      ? "abstain_label, revealed, hidden, hidden_as_asked, archived, closes_at"
      : "NULL, 0, 0, 0, number < (SELECT max(number) FROM rounds), NULL"
    let rules =
      version >= firstVersionWithRules
      ? "rule, chair_decides, roll_call, present, entitled, by_hand_yes, by_hand_no, by_hand_abstain,"
        + " chairs_word, has_receipts, (\(newestFingerprint)), codes_issued, preset"
      : "'none', 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL"
    let statement = try Statement(
      connection,
      """
      SELECT number, question, yes_label, no_label, opened, closed,
        count(*) FILTER (WHERE answer = 1) AS yes, count(*) FILTER (WHERE answer = 0) AS no,
        count(*) FILTER (WHERE answer = 2) AS abstain, \(newer), \(rules)
      FROM rounds LEFT JOIN ballots ON round = number GROUP BY number ORDER BY number
      """)
    var counts: [RoundTally] = []
    try statement.forEachRow { row throws(LedgerError) in
      let tally = Tally(
        yes: try row.integer(6, in: Counters.countRange),
        no: try row.integer(7, in: Counters.countRange),
        abstain: try row.integer(8, in: Counters.countRange))
      counts.append(RoundTally(round: try round(row), tally: tally))
    }
    return counts
  }

  /// Of a row as `counts` asks for it.
  private static func round(_ row: Statement) throws(LedgerError) -> Round {
    let closed = try row.optionalInteger(5, in: Round.secondsRange)
    let isRevealed = try row.truth(10)
    let isHidden = try row.truth(11)
    return Round(
      number: try row.integer(0, in: Round.numberRange),
      question: try question(row, text: 1, yes: 2, no: 3, abstain: 9, rule: 15),
      openedSeconds: try row.integer(4, in: Round.secondsRange),
      closedSeconds: closed,
      phase: closed == nil ? .open : isRevealed && !isHidden ? .revealed : .closed,
      isHidden: isHidden,
      isHiddenAsAsked: try row.truth(12),
      preset: try preset(row, 27),
      isArchived: try row.truth(13),
      closesAt: closed == nil ? try row.optionalInteger(14, in: Round.millisecondsRange) : nil,
      numbers: try numbers(row),
      codesIssued: try row.optionalInteger(26, in: IssuedCodes.countRange),
      chairsWord: try row.optionalInteger(23, in: 0...1).flatMap(Choice.init(code:)),
      hasReceipts: try row.truth(24),
      fingerprint: try row.optionalText(25, maxBytes: Question.maxBytes))
  }

  private static func preset(_ row: Statement, _ column: Int32) throws(LedgerError) -> Preset? {
    try row.optionalText(column, maxBytes: Question.maxBytes).flatMap(Preset.init)
  }

  private static let newestFingerprint = """
    SELECT fingerprint FROM fingerprints WHERE fingerprints.round = number ORDER BY id DESC LIMIT 1
    """

  private static func numbers(_ row: Statement) throws(LedgerError) -> Numbers {
    var numbers = Numbers(
      present: try row.optionalInteger(18, in: Numbers.range),
      entitled: try row.optionalInteger(19, in: Numbers.range))
    if let yes = try row.optionalInteger(20, in: Numbers.range) {
      numbers.byHand = Tally(
        yes: yes, no: try row.integer(21, in: Numbers.range),
        abstain: try row.integer(22, in: Numbers.range))
    }
    return numbers
  }

  private static func question(
    _ row: Statement, text: Int32, yes: Int32, no: Int32, abstain: Int32, rule: Int32
  ) throws(LedgerError) -> Question {
    Question(
      try row.text(text, maxBytes: Question.maxBytes),
      yesLabel: try row.text(yes, maxBytes: Question.maxBytes),
      noLabel: try row.text(no, maxBytes: Question.maxBytes),
      abstainLabel: try row.optionalText(abstain, maxBytes: Question.maxBytes),
      rule: Rule(rawValue: try row.text(rule, maxBytes: Question.maxBytes)) ?? .none,
      chairDecides: try row.truth(rule + 1), isRollCall: try row.truth(rule + 2))
  }

  /// Every ballot of the round, by its voter.
  static func ballots(
    _ connection: Connection, round: Int
  ) throws(LedgerError) -> [Int: Ballot] {
    var ballots: [Int: Ballot] = [:]
    let receipt = try version(of: connection) >= firstVersionWithRules ? "receipt" : "NULL"
    let statement = try Statement(
      connection, "SELECT voter, answer, \(receipt) FROM ballots WHERE round = ?1")
    statement.bind(1, round)
    try statement.forEachRow { row throws(LedgerError) in
      let code = row.integer(1)
      guard let choice = Choice(code: code) else {
        throw .corrupt(path: connection.path, reason: "a ballot says \(code)")
      }
      let voter = row.integer(0)
      ballots[voter] = Ballot(
        voter: voter, choice: choice,
        receipt: try row.optionalInteger(2, in: Receipt.storedRange).flatMap(Receipt.init(number:)))
    }
    return ballots
  }

  /// The round's, or all, oldest first.
  static func fingerprints(
    _ connection: Connection, round: Int? = nil
  ) throws(LedgerError) -> [Fingerprint] {
    var fingerprints: [Fingerprint] = []
    let statement = try Statement(
      connection,
      """
      SELECT text, fingerprint, round FROM fingerprints WHERE ?1 IS NULL OR round = ?1 ORDER BY id
      """)
    statement.bind(1, round)
    try statement.forEachRow { row throws(LedgerError) in
      fingerprints.append(
        Fingerprint(
          round: row.integer(2), text: try row.text(0, maxBytes: Fingerprint.maxBytes),
          hex: try row.text(1, maxBytes: Question.maxBytes)))
    }
    return fingerprints
  }

  // MARK: The host's side

  /// Without its rounds.
  static func room(_ connection: Connection) throws(LedgerError) -> Room {
    let statement = try Statement(
      connection,
      """
      SELECT version, next_number, draft_question, draft_yes_label, draft_no_label,
        draft_abstain_label, draft_hidden, stage, announcement, shown_round, prepared_position,
        address, prepared_from, draft_rule, draft_chair_decides, draft_roll_call, present, entitled,
        codes_issued, codes_generation, draft_preset
      FROM room
      """)
    let found = try statement.first { row throws(LedgerError) in
      var room = Room()
      room.version = try row.integer(0, in: Counters.countRange)
      room.nextNumber = try row.integer(1, in: Round.numberRange)
      if try row.optionalText(2, maxBytes: Question.maxBytes) != nil {
        room.draft = Room.Draft(
          try question(row, text: 2, yes: 3, no: 4, abstain: 5, rule: 13),
          isHidden: try row.truth(6), preset: try preset(row, 20))
      }
      room.stage = Stage(rawValue: try row.text(7, maxBytes: Question.maxBytes)) ?? .result
      room.announcement = try row.text(8, maxBytes: Question.maxBytes)
      room.shownRound = try row.optionalInteger(9, in: Round.numberRange)
      room.preparedPosition = try row.integer(10, in: Counters.countRange)
      room.address = try row.optionalText(11, maxBytes: Question.maxBytes)
      room.preparedFrom = try row.optionalInteger(12, in: .min ... .max)
      room.numbers.present = try row.optionalInteger(16, in: Numbers.range)
      room.numbers.entitled = try row.optionalInteger(17, in: Numbers.range)
      room.codes.count = try row.integer(18, in: IssuedCodes.countRange)
      room.codes.generation = try row.integer(19, in: IssuedCodes.generationRange)
      return room
    }
    guard var room = found else { throw .corrupt(path: connection.path, reason: "no room") }
    room.prepared = try prepared(connection)
    room.preparedPosition = min(room.preparedPosition, room.prepared.count)
    return room
  }

  private static func prepared(_ connection: Connection) throws(LedgerError) -> [Question] {
    var questions: [Question] = []
    let statement = try Statement(
      connection,
      """
      SELECT question, yes_label, no_label, abstain_label, rule, chair_decides, roll_call
      FROM prepared ORDER BY position
      """)
    try statement.forEachRow { row throws(LedgerError) in
      questions.append(try question(row, text: 0, yes: 1, no: 2, abstain: 3, rule: 4))
    }
    return questions
  }

  /// The newest lines, oldest first. A step that only a newer version knows is left out.
  private static func record(_ connection: Connection) throws(LedgerError) -> [RecordEntry] {
    let statement = try Statement(
      connection, "SELECT seconds, step, round FROM record ORDER BY id DESC LIMIT ?1")
    statement.bind(1, LedgerContents.maxRecord)
    return try record(statement).reversed()
  }

  /// All lines, oldest first.
  /// - Throws: `.corrupt` where there is one that this version does not know: it would be lost.
  static func wholeRecord(_ connection: Connection) throws(LedgerError) -> [RecordEntry] {
    let entries = try record(
      Statement(connection, "SELECT seconds, step, round FROM record ORDER BY id"))
    let count = try connection.integer("SELECT count(*) FROM record")
    if entries.count != count {
      throw .corrupt(path: connection.path, reason: "a line of its record is of no known kind")
    }
    return entries
  }

  /// The round's lines, oldest first.
  static func record(
    _ connection: Connection, round: Int
  ) throws(LedgerError) -> [RecordEntry] {
    let statement = try Statement(
      connection, "SELECT seconds, step, round FROM record WHERE round = ?1 ORDER BY id")
    statement.bind(1, round)
    return try record(statement)
  }

  /// The lines that say that a server went on with an older copy, oldest first.
  static func olderCopies(_ connection: Connection) throws(LedgerError) -> [RecordEntry] {
    let statement = try Statement(
      connection, "SELECT seconds, step, round FROM record WHERE step = ?1 ORDER BY id")
    statement.bind(1, RecordEntry.Kind.olderCopy.rawValue)
    return try record(statement)
  }

  private static func record(_ statement: Statement) throws(LedgerError) -> [RecordEntry] {
    var entries: [RecordEntry] = []
    try statement.forEachRow { row throws(LedgerError) in
      let step = try row.text(1, maxBytes: Question.maxBytes)
      guard let kind = RecordEntry.Kind(rawValue: step) else { return }
      entries.append(
        RecordEntry(
          seconds: try row.integer(0, in: Round.secondsRange), kind: kind,
          round: try row.optionalInteger(2, in: Round.numberRange)))
    }
    return entries
  }

  // MARK: Counters

  /// The key of the ledger's signatures.
  static func secret(_ connection: Connection) throws(LedgerError) -> UInt128 {
    try key("secret", connection)
  }

  /// 32 hexadecimal digits in the file.
  private static func key(
    _ column: String, _ connection: Connection
  ) throws(LedgerError) -> UInt128 {
    let statement = try Statement(connection, "SELECT \(column) FROM counters")
    guard let key = try statement.first({ row throws(LedgerError) in try row.key(0) }) else {
      throw .corrupt(path: connection.path, reason: "no counters")
    }
    return key
  }

  /// Whether the newest commit says that a log goes on from it.
  static func logFollows(_ connection: Connection) throws(LedgerError) -> Bool {
    guard try version(of: connection) >= firstVersionWithLogFollows else { return false }
    return try connection.integer("SELECT log_follows FROM counters") == 1
  }

  static func counters(_ connection: Connection) throws(LedgerError) -> Counters {
    let hasRoom = try hasRoom(connection)
    let statement = try Statement(
      connection,
      """
      SELECT sequence, published_yes, published_no,
        \(hasRoom ? "published_abstain" : "0") FROM counters
      """)
    let counters = try statement.first { row throws(LedgerError) in
      var counters = Counters()
      counters.sequence = try row.integer(0, in: Counters.countRange)
      counters.published = Tally(
        yes: try row.integer(1, in: Counters.countRange),
        no: try row.integer(2, in: Counters.countRange),
        abstain: try row.integer(3, in: Counters.countRange))
      return counters
    }
    guard let counters else { throw .corrupt(path: connection.path, reason: "no counters") }
    return counters
  }

  /// Whether the file knows abstentions, phases and the host's side.
  static func hasRoom(_ connection: Connection) throws(LedgerError) -> Bool {
    try version(of: connection) >= firstVersionWithRoom
  }

  private static func version(of connection: Connection) throws(LedgerError) -> Int {
    try connection.integer("PRAGMA user_version")
  }
}

extension Statement {
  /// 32 hexadecimal digits.
  func key(_ column: Int32) throws(LedgerError) -> UInt128 {
    let text = text(column)
    guard text.utf8.count == 32, let key = UInt128(text, radix: 16) else {
      throw unexpected(column, "is not 32 digits")
    }
    return key
  }

  /// 0 or 1.
  fileprivate func truth(_ column: Int32) throws(LedgerError) -> Bool {
    try integer(column, in: 0...1) == 1
  }

  /// `nil` for NULL.
  fileprivate func optionalText(
    _ column: Int32, maxBytes: Int
  ) throws(LedgerError) -> String? {
    isNull(column) ? nil : try text(column, maxBytes: maxBytes)
  }
}
