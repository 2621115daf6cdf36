/// The host's view of the evening, as it stands on disk.
public struct Standing: Hashable, Sendable {
  public let room: Room
  /// Every round that was opened, oldest first, with what may be known of it.
  public let rounds: [DisclosedRound]
  /// The newest lines of the record, oldest first.
  public let record: [RecordEntry]
  /// As `Snapshot.id`.
  public internal(set) var id: String?
  /// What a `peek` was asked for: the numbers of a hidden round, for that desk alone.
  public internal(set) var peeked: RoundTally?
}

/// A step that was not done. Nothing has changed.
public enum StepError: Error, Equatable, Sendable {
  /// It makes no sense in the state as it is, which is told.
  case refused(StepRefusal, Standing)
  /// The ledger could not be written.
  case storage(LedgerError)
  /// The box has been finished.
  case finished
}
