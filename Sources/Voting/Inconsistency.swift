/// What is wrong in a ledger, found by counting again.
public enum Inconsistency: Equatable, Sendable, CustomStringConvertible {
  /// In the words of SQLite.
  case damage(String)
  /// The file was copied without its log, which had more.
  case logMissing
  /// Ballots that say neither yes nor no, nor abstain.
  case ballotsWithoutChoice(Int)
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
    case .logMissing:
      "the file was copied without its log (the same name and -wal), and votes may be missing: copy"
        + " both together, or copy it when its server has stopped"
    case .ballotsWithoutChoice(let count): "\(count) ballots say nothing that can be counted"
    case .ballotsWithoutRound(let count): "\(count) ballots belong to no round"
    case .ballotsNeverIssued(let count): "\(count) ballots have numbers that no browser was given"
    case .published(let published, let counted):
      "the screens show \(published) and the ballots say \(counted)"
    case .openRound(let number): "round \(number) is open though another came after it"
    }
  }
}
