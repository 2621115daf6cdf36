/// The log beside a ledger's file, in which commits are before they are in the file.
public struct LedgerLog: Equatable, Sendable {
  /// What it takes on the disk.
  public var bytes = 0
  /// How often moving it into the file failed, or was held up by another program that reads.
  public var checkpointFailures = 0

  public init() {}
}
