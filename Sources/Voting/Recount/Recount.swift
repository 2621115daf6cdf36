/// Every round of a ledger counted from its ballots alone, and what in the ledger disagrees with
/// that. It reads only, in one glance, also while a server writes.
public struct Recount: Sendable {
  /// Oldest round first.
  public let counts: [RoundTally]
  /// Empty where the ledger is sound.
  public let inconsistencies: [Inconsistency]

  /// - Throws: `LedgerError` where the file cannot be read at all.
  public init(path: String) throws(LedgerError) {
    try self.init(path: path, versions: Schema.readableVersions)
  }

  init(path: String, versions: ClosedRange<Int>) throws(LedgerError) {
    // Looked at before the file, which goes on meanwhile.
    let progress = try DatabaseFile(existing: path).progress
    do throws(LedgerError) {
      self = try Recount(DatabaseReader(path, isShared: false), path, versions, progress)
    } catch .busy {
      // A server began to use it meanwhile.
      self = try Recount(DatabaseReader(path, isShared: true), path, versions, progress)
    }
  }

  init(counts: [RoundTally], _ inconsistencies: [Inconsistency]) {
    self.counts = counts
    self.inconsistencies = inconsistencies
  }

  private init(
    _ reader: DatabaseReader, _ path: String, _ versions: ClosedRange<Int>, _ progress: Progress?
  ) throws(LedgerError) {
    let connection = reader.connection
    let version = try Schema.version(connection, newest: versions.upperBound)
    if version == 0 { throw .foreign(path: path) }
    if version < versions.lowerBound { throw .older(path: path, version: version) }
    counts = try Schema.counts(connection)
    let lacksLog = try reader.lacksLog()
    var others = try Self.inconsistencies(connection, counts)
    if version >= Schema.firstVersionWithRules {
      others += try Self.changes(connection, counts, progress)
    }
    inconsistencies = (lacksLog ? [.logMissing] : []) + others
    try reader.checkIsUnchanged()
  }

  private static func inconsistencies(
    _ connection: Connection, _ counts: [RoundTally]
  ) throws(LedgerError) -> [Inconsistency] {
    // Covers that a voter has one ballot a round, but no CHECK: a read-only connection has none.
    var found = try connection.texts("PRAGMA integrity_check")
      .filter { $0 != "ok" }.map(Inconsistency.damage)
    let counters = try Schema.counters(connection)
    func look(
      for inconsistency: (Int) -> Inconsistency, where condition: String
    ) throws(LedgerError) {
      let count = try connection.integer("SELECT count(*) FROM ballots WHERE \(condition)")
      if count > 0 { found.append(inconsistency(count)) }
    }
    let lacksAbstain =
      try Schema.hasRoom(connection) ? "SELECT number FROM rounds WHERE abstain_label IS NULL" : ""
    try look(
      for: Inconsistency.ballotsWithoutChoice,
      where: "answer NOT IN (0, 1) AND (answer IS NOT 2 OR round IN (\(lacksAbstain)))")
    try look(
      for: Inconsistency.ballotsWithoutRound, where: "round NOT IN (SELECT number FROM rounds)")
    try look(
      for: Inconsistency.ballotsNeverIssued,
      where: "voter NOT BETWEEN 1 AND \(NumberWindows.range.upperBound - 1)")
    if let newest = counts.last, newest.tally != counters.published {
      found.append(.published(counters.published, counted: newest.tally))
    }
    for count in counts.dropLast() where count.round.isOpen {
      found.append(.openRound(count.round.number))
    }
    return found
  }
}
