/// What a ledger says to SQLite while a server has it open, prepared once.
struct LedgerStatements {
  let begin: Statement
  let commit: Statement
  /// Of one ballot, of two, and so on.
  private let insertBallots: [Statement]
  private let updateBallot: Statement
  private let upsertRound: Statement
  private let deleteRound: Statement
  private let updateRoom: Statement
  private let deletePrepared: Statement
  private let insertPrepared: Statement
  private let insertRecord: Statement
  private let insertFingerprint: Statement
  private let updateDeskKey: Statement
  private let updateCounters: Statement
  private let updateLogFollows: Statement
  private let updateVotesSeal: Statement
  private let updateSeal: Statement

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
      INSERT INTO rounds (number, question, yes_label, no_label, opened, closed, abstain_label,
        revealed, hidden, hidden_as_asked, archived, closes_at, rule, chair_decides, roll_call, present,
        entitled, by_hand_yes, by_hand_no, by_hand_abstain, chairs_word, has_receipts, codes_issued,
        preset)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
        ?20, ?21, ?22, ?23, ?24) ON CONFLICT DO UPDATE SET
        question = ?2, yes_label = ?3, no_label = ?4, closed = ?6, abstain_label = ?7,
        revealed = ?8, hidden = ?9, archived = ?11, closes_at = ?12,
        rule = ?13, chair_decides = ?14, roll_call = ?15, present = ?16, entitled = ?17,
        by_hand_yes = ?18, by_hand_no = ?19, by_hand_abstain = ?20, chairs_word = ?21,
        codes_issued = ?23
      """)
    deleteRound = try Statement(connection, "DELETE FROM rounds WHERE number = ?1")
    updateRoom = try Statement(
      connection,
      """
      UPDATE room SET version = ?1, next_number = ?2, draft_question = ?3, draft_yes_label = ?4,
        draft_no_label = ?5, draft_abstain_label = ?6, draft_hidden = ?7, stage = ?8,
        announcement = ?9, shown_round = ?10, prepared_position = ?11, address = ?12,
        prepared_from = ?13, draft_rule = ?14, draft_chair_decides = ?15, draft_roll_call = ?16,
        present = ?17, entitled = ?18, codes_issued = ?19, codes_generation = ?20,
        draft_preset = ?21 WHERE id = 1
      """)
    deletePrepared = try Statement(connection, "DELETE FROM prepared")
    insertPrepared = try Statement(
      connection, "INSERT INTO prepared VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
    insertRecord = try Statement(
      connection, "INSERT INTO record (seconds, step, round) VALUES (?1, ?2, ?3)")
    insertFingerprint = try Statement(
      connection, "INSERT INTO fingerprints (round, fingerprint, text) VALUES (?1, ?2, ?3)")
    updateDeskKey = try Statement(connection, "UPDATE counters SET desk_key = ?1 WHERE id = 1")
    updateCounters = try Statement(
      connection,
      """
      UPDATE counters SET sequence = ?1, published_yes = ?2, published_no = ?3,
        published_abstain = ?4 WHERE id = 1
      """)
    updateVotesSeal = try Statement(
      connection, "UPDATE counters SET commits = ?1, ballots_sum = ?2, seal = ?3 WHERE id = 1")
    updateSeal = try Statement(
      connection,
      """
      UPDATE counters SET commits = ?1, ballots_sum = ?2, seal = ?3, record_head = ?4,
        fingerprints_head = ?5, rounds_head = ?6, room_head = ?7 WHERE id = 1
      """)
    updateLogFollows = try Statement(
      connection, "UPDATE counters SET log_follows = ?1 WHERE id = 1")
  }

  /// Their parameters are the round, and then each ballot's voter, choice and receipt.
  private static func insertBallots(_ connection: Connection) throws(LedgerError) -> [Statement] {
    var sql = "INSERT INTO ballots (round, voter, answer, receipt) VALUES "
    var statements: [Statement] = []
    for count in 1...maxBallotsPerStatement {
      if count > 1 { sql += ", " }
      sql += "(?1, ?\(3 * count - 1), ?\(3 * count), ?\(3 * count + 1))"
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
        statement.bind(parameter + 2, ballot.receipt.map { Int($0.number) })
        parameter += 3
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

  /// Writes what a host's step changes.
  func write(_ step: StepChanges) throws(LedgerError) {
    for number in step.withdrawn {
      deleteRound.bind(1, number)
      try deleteRound.run()
    }
    for round in step.rounds { try save(round) }
    try save(step.room)
    if let prepared = step.prepared { try save(prepared) }
    for entry in step.entries {
      insertRecord.bind(1, entry.seconds)
      insertRecord.bind(2, entry.kind.rawValue)
      insertRecord.bind(3, entry.round)
      try insertRecord.run()
    }
    for fingerprint in step.fingerprints {
      insertFingerprint.bind(1, fingerprint.round)
      insertFingerprint.bind(2, fingerprint.hex)
      insertFingerprint.bind(3, fingerprint.text)
      try insertFingerprint.run()
    }
  }

  private func save(_ round: Round) throws(LedgerError) {
    upsertRound.bind(1, round.number)
    upsertRound.bind(2, round.question.text)
    upsertRound.bind(3, round.question.yesLabel)
    upsertRound.bind(4, round.question.noLabel)
    upsertRound.bind(5, round.openedSeconds)
    upsertRound.bind(6, round.closedSeconds)
    upsertRound.bind(7, round.question.abstainLabel)
    upsertRound.bind(8, round.phase == .revealed ? 1 : 0)
    upsertRound.bind(9, round.isHidden ? 1 : 0)
    upsertRound.bind(10, round.isHiddenAsAsked ? 1 : 0)
    upsertRound.bind(11, round.isArchived ? 1 : 0)
    upsertRound.bind(12, round.closesAt)
    upsertRound.bind(13, rule: round.question)
    upsertRound.bind(16, round.numbers.present)
    upsertRound.bind(17, round.numbers.entitled)
    upsertRound.bind(18, round.numbers.byHand?.yes)
    upsertRound.bind(19, round.numbers.byHand?.no)
    upsertRound.bind(20, round.numbers.byHand?.abstain)
    upsertRound.bind(21, round.chairsWord?.code)
    upsertRound.bind(22, round.hasReceipts ? 1 : 0)
    upsertRound.bind(23, round.codesIssued)
    upsertRound.bind(24, round.preset?.rawValue)
    try upsertRound.run()
  }

  private func save(_ room: Room) throws(LedgerError) {
    let question = room.draft?.question
    updateRoom.bind(1, room.version)
    updateRoom.bind(2, room.nextNumber)
    updateRoom.bind(3, question?.text)
    updateRoom.bind(4, question?.yesLabel)
    updateRoom.bind(5, question?.noLabel)
    updateRoom.bind(6, question?.abstainLabel)
    updateRoom.bind(7, room.draft?.isHidden == true ? 1 : 0)
    updateRoom.bind(8, room.stage.rawValue)
    updateRoom.bind(9, room.announcement)
    updateRoom.bind(10, room.shownRound)
    updateRoom.bind(11, room.preparedPosition)
    updateRoom.bind(12, room.address)
    updateRoom.bind(13, room.preparedFrom)
    updateRoom.bind(14, rule: question ?? Question(""))
    updateRoom.bind(17, room.numbers.present)
    updateRoom.bind(18, room.numbers.entitled)
    updateRoom.bind(19, room.codes.count)
    updateRoom.bind(20, room.codes.generation)
    updateRoom.bind(21, room.draft?.preset?.rawValue)
    try updateRoom.run()
  }

  private func save(_ prepared: [Question]) throws(LedgerError) {
    try deletePrepared.run()
    for (position, question) in prepared.enumerated() {
      insertPrepared.bind(1, position)
      insertPrepared.bind(2, question.text)
      insertPrepared.bind(3, question.yesLabel)
      insertPrepared.bind(4, question.noLabel)
      insertPrepared.bind(5, question.abstainLabel)
      insertPrepared.bind(6, rule: question)
      try insertPrepared.run()
    }
  }

  func save(_ counters: Counters) throws(LedgerError) {
    updateCounters.bind(1, counters.sequence)
    updateCounters.bind(2, counters.published.yes)
    updateCounters.bind(3, counters.published.no)
    updateCounters.bind(4, counters.published.abstain)
    try updateCounters.run()
  }

  func save(deskKey: UInt128) throws(LedgerError) {
    let digits = String(deskKey, radix: 16)
    updateDeskKey.bind(1, String(repeating: "0", count: 32 - digits.count) + digits)
    try updateDeskKey.run()
  }

  /// - Parameter isWhole: also of what votes do not change.
  func save(_ sealed: Sealed, _ total: UInt128, isWhole: Bool) throws(LedgerError) {
    let statement = isWhole ? updateSeal : updateVotesSeal
    statement.bind(1, sealed.commits)
    statement.bind(2, hex(sealed.ballots))
    statement.bind(3, hex(total))
    if isWhole {
      statement.bind(4, hex(sealed.record))
      statement.bind(5, hex(sealed.fingerprints))
      statement.bind(6, hex(sealed.rounds))
      statement.bind(7, hex(sealed.room))
    }
    try statement.run()
  }

  func setLogFollows(_ isSo: Bool) throws(LedgerError) {
    updateLogFollows.bind(1, isSo ? 1 : 0)
    try updateLogFollows.run()
  }
}

extension Statement {
  /// Three parameters, from this one on.
  fileprivate func bind(_ parameter: Int32, rule question: Question) {
    bind(parameter, question.rule.rawValue)
    bind(parameter + 1, question.chairDecides ? 1 : 0)
    bind(parameter + 2, question.isRollCall ? 1 : 0)
  }
}
