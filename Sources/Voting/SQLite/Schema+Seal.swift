extension Schema {
  /// What the file says of itself; `nil` where nobody has sealed it.
  static func sealed(
    _ connection: Connection
  ) throws(LedgerError) -> (sealed: Sealed, total: UInt128)? {
    let counters = try counters(connection)
    let statement = try Statement(
      connection,
      """
      SELECT commits, ballots_sum, record_head, fingerprints_head, rounds_head, room_head, seal
      FROM counters WHERE seal IS NOT NULL
      """)
    return try statement.first { row throws(LedgerError) in
      var sealed = Sealed()
      sealed.counters = counters
      sealed.commits = try row.integer(0, in: Counters.countRange)
      sealed.ballots = try row.key(1)
      sealed.record = try row.key(2)
      sealed.fingerprints = try row.key(3)
      sealed.rounds = try row.key(4)
      sealed.room = try row.key(5)
      return (sealed, try row.key(6))
    }
  }

  /// What it would have to say, going by what it holds.
  /// - Parameter visit: called with each ballot, by rounds.
  static func scan(
    _ connection: Connection, _ rounds: [Round], _ seal: Seal,
    visit: (_ round: Int, _ answer: Int, _ receipt: Int?) -> Void = { _, _, _ in }
  ) throws(LedgerError) -> Sealed {
    var sealed = Sealed()
    sealed.counters = try counters(connection)
    sealed.rounds = seal.rounds(rounds)
    sealed.room = seal.room(try room(connection))
    try Statement(
      connection, "SELECT round, voter, answer, receipt FROM ballots ORDER BY round, voter"
    ).forEachRow { row in
      let receipt = row.isNull(3) ? nil : row.integer(3)
      sealed.ballots &+= seal.ballot(
        round: row.integer(0), voter: row.integer(1), answer: row.integer(2), receipt: receipt)
      visit(row.integer(0), row.integer(2), receipt)
    }
    try Statement(
      connection, "SELECT seconds, step, round FROM record ORDER BY id"
    ).forEachRow { row in
      sealed.record = seal.entry(
        seconds: row.integer(0), step: row.text(1), round: row.isNull(2) ? nil : row.integer(2),
        after: sealed.record)
    }
    for fingerprint in try fingerprints(connection) {
      sealed.fingerprints = seal.fingerprint(fingerprint, after: sealed.fingerprints)
    }
    return sealed
  }
}
