/// All that one transaction of a `LedgerStorage` changes: the votes in hand, or a host's step. It is
/// written as a whole, or not at all.
public struct LedgerBatch: Sendable {
  /// The round of the ballots.
  public var round: Int?
  /// Ballots of voters who have none in this round.
  public var added: [Ballot] = []
  /// Ballots of voters who have one in this round: they say something else now.
  public var moved: [Ballot] = []
  /// The ballots of `moved`, in the same order, as they were.
  public var replaced: [Ballot] = []
  public var step: StepChanges?
  /// `nil` where they are as they were.
  public var counters: Counters?
  /// `nil` where it stays.
  public var deskKey: UInt128?

  public init() {}
}
