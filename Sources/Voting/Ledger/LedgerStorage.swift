/// Where a `LocalLedger` keeps rounds and ballots: nobody else writes there.
///
/// It is synchronous, and called on the ledger's executor alone. What a `write` changes is durable
/// when it returns, all of it, or never happened. Letting go of it closes it.
public protocol LedgerStorage: AnyObject {
  /// 128 random bits, made with the ledger, that sign its ballot keys.
  var secret: UInt128 { get }

  // MARK: Reading

  func contents() throws(LedgerError) -> LedgerContents
  /// Every ballot of the round, by its voter.
  func ballots(round: Int) throws(LedgerError) -> [Int: Ballot]

  /// The round's lines of the record, oldest first.
  func record(round: Int) throws(LedgerError) -> [RecordEntry]
  /// The round's newest.
  func fingerprint(round: Int) throws(LedgerError) -> Fingerprint?

  // MARK: Writing

  func write(_ batch: LedgerBatch) throws(LedgerError)

  // MARK: Upkeep

  /// Moves what was committed and is kept apart into the place where copies are taken from.
  /// - Returns: whether all of it is there. Where it is not, nothing is lost.
  func consolidate() -> Bool
  /// Called before storing is tried again after a fault: for what does not mend by itself.
  func recover() throws(LedgerError)
  /// What is kept apart.
  var log: LedgerLog { get }
  /// What the host should know though votes are stored, each once.
  func takeWarnings() -> [LedgerWarning]
}

extension LedgerStorage {
  public func consolidate() -> Bool { true }
  public func recover() {}
  public var log: LedgerLog { LedgerLog() }
  public func takeWarnings() -> [LedgerWarning] { [] }
}
