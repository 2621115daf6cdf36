/// Every round of a ledger counted from its ballots alone, and what in the ledger disagrees with
/// that. It reads only, in one glance, also while a server writes.
public struct Recount: Sendable {
  /// Oldest round first.
  public let counts: [Count]
  /// Empty where the ledger is sound.
  public let disagreements: [Disagreement]

  /// - Throws: `LedgerError` where the file cannot be read at all.
  public init(path: String) throws(LedgerError) {
    try self.init(path: path, schema: Schema.migrations.count)
  }

  init(path: String, schema newest: Int) throws(LedgerError) {
    let connection = try Connection(path, .readOnly, busyTimeout: .seconds(10))
    // One transaction: what a server writes meanwhile does not show.
    try connection.execute("BEGIN")
    let version = try Schema.version(connection, newest: newest)
    if version == 0 { throw .foreign(path: path) }
    if version < newest { throw .older(path: path, version: version) }
    counts = try Schema.counts(connection)
    disagreements = try Self.disagreements(connection, counts)
  }

  private static func disagreements(
    _ connection: Connection, _ counts: [Count]
  ) throws(LedgerError) -> [Disagreement] {
    // Covers that a voter has one ballot a round, but no CHECK: a read-only connection has none.
    var found = try connection.texts("PRAGMA integrity_check")
      .filter { $0 != "ok" }.map(Disagreement.damage)
    let counters = try Schema.counters(connection)
    func look(
      for disagreement: (Int) -> Disagreement, where condition: String
    ) throws(LedgerError) {
      let count = try connection.integer("SELECT count(*) FROM ballots WHERE \(condition)")
      if count > 0 { found.append(disagreement(count)) }
    }
    try look(for: Disagreement.ballotsWithoutAnswer, where: "answer NOT IN (0, 1)")
    try look(
      for: Disagreement.ballotsWithoutRound, where: "round NOT IN (SELECT number FROM rounds)")
    try look(
      for: Disagreement.ballotsNeverIssued,
      where: "voter NOT BETWEEN 1 AND \(counters.numbersEnd - 1)")
    if let newest = counts.last, newest.tally != counters.published {
      found.append(.published(counters.published, counted: newest.tally))
    }
    for count in counts.dropLast() where count.round.isOpen {
      found.append(.openRound(count.round.number))
    }
    return found
  }
}

/// What is wrong in a ledger, found by counting again.
public enum Disagreement: Equatable, Sendable, CustomStringConvertible {
  /// In the words of SQLite.
  case damage(String)
  /// Ballots that say neither yes nor no.
  case ballotsWithoutAnswer(Int)
  case ballotsWithoutRound(Int)
  /// Ballots under numbers that were never handed out.
  case ballotsNeverIssued(Int)
  /// The screens were told something else about the newest round.
  case published(Tally, counted: Tally)
  /// A round is open though another came after it.
  case openRound(Int)

  public var description: String {
    switch self {
    case .damage(let report): "the file is damaged: \(report)"
    case .ballotsWithoutAnswer(let count): "\(count) ballots say neither yes nor no"
    case .ballotsWithoutRound(let count): "\(count) ballots belong to no round"
    case .ballotsNeverIssued(let count): "\(count) ballots have numbers that no browser was given"
    case .published(let published, let counted):
      "the screens show \(published.json) and the ballots say \(counted.json)"
    case .openRound(let number): "round \(number) is open though another came after it"
    }
  }
}
