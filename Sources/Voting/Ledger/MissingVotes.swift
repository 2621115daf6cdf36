/// Votes that an instance acknowledged, and that a shared ledger has not any more: another store took
/// the place of the one that had them, or an old copy was put back.
public struct MissingVotes: Hashable, Sendable {
  /// Of the ledger, in which they were acknowledged. Claims of several instances on one epoch are about
  /// the same votes.
  public let epoch: String
  /// New ballots, and ballots that moved.
  public let count: Int

  public init(epoch: String, count: Int) {
    self.epoch = epoch
    self.count = count
  }
}
