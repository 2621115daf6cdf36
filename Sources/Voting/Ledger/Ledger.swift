/// Counts votes and keeps rounds and ballots: what is true.
///
/// It is synchronous and belongs to one `BallotBox`, which alone calls it, on its executor. What a
/// call changes is durable when it returns, all of it, or never happened. Letting go of a ledger
/// closes it.
///
/// A `LocalLedger` is this process's alone. In a shared one other instances count too: there a call
/// may say that the room has changed meanwhile, and what others did is looked for.
package protocol Ledger: AnyObject {
  /// 128 random bits, made with the ledger, that sign its ballot keys.
  var secret: UInt128 { get }
  /// Tells what it counts from what it counted before votes were lost: a whole number that grows, in
  /// digits, and letters behind that where two may have drawn the same; `nil` where it is this
  /// process's alone.
  var epoch: String? { get }
  /// Whether other instances count and write too.
  var isShared: Bool { get }
  /// Whether it answers before what was counted is on the store's disk, as its operator wants it.
  var isRelaxed: Bool { get }
  /// Milliseconds since 1970 by the clock that all who share it go by, for any thread: a countdown would
  /// end too soon by a server's own that is wrong. `nil` where it is this process's alone.
  var now: (@Sendable () -> Int)? { get }
  /// The newest round's ballots for any thread; `nil` where they are asked for by their voters.
  var index: BallotIndex? { get }

  // MARK: Reading

  /// What there is, before anything is done. Nobody else writes until the next `write` or
  /// `cancelStep`.
  /// - Parameter policy: what a ballot belongs to.
  func start(_ policy: BallotPolicy) throws(LedgerError) -> LedgerContents
  /// Every ballot of the round, by its voter.
  func ballots(round: Int) throws(LedgerError) -> [Int: Ballot]
  /// The ballots of these voters in the round, as far as they have any.
  func ballots(of voters: [Int], round: Int) throws(LedgerError) -> [Int: Ballot]
  /// The round's lines of the record, oldest first.
  func record(round: Int) throws(LedgerError) -> [RecordEntry]
  /// The round's newest.
  func fingerprint(round: Int) throws(LedgerError) -> Fingerprint?

  // MARK: Counting

  /// Counts those of the votes that are not refused yet, refuses those whose receipt is taken, and
  /// tells each of the others its ballot's receipt. Of several votes for one ballot the last counts.
  ///
  /// - Parameters:
  ///   - round: what is asked, as the caller knows it.
  ///   - version: of the room in which it is asked.
  /// - Returns: the round's numbers with these votes; `nil` where the room has another version, and
  ///   then nothing was counted.
  func count(
    _ votes: inout [Vote], in round: Round, version: Int
  ) throws(LedgerError) -> LedgerNumbers?

  // MARK: The host's steps

  /// Nobody else counts or writes until the next `write` or `cancelStep`, or until a few seconds have
  /// passed; `write` fails then.
  /// - Returns: what there is; `nil` where nobody else writes.
  func beginStep() throws(LedgerError) -> LedgerContents?
  /// Lets the others go on; nothing was written.
  func cancelStep()
  /// - Returns: the sequence after it.
  func write(_ batch: StepBatch) throws(LedgerError) -> Int

  // MARK: Others

  /// Tells the other instances about this one, and reads what they did.
  /// - Parameter own: `nil` where nothing is to be told.
  func look(_ own: Instance?) throws(LedgerError) -> LedgerNews
  /// Tells the other instances that this one has gone.
  func leave(_ own: Instance) throws(LedgerError)
  /// Has `hear` called, on any thread, when others may have done something.
  func listen(_ hear: @escaping @Sendable (LedgerHint) -> Void)

  /// The room says that they are missing.
  func settle(_ missing: MissingVotes)

  /// Keeps a word for so long, for whichever of those who share the ledger is asked for it.
  func deposit(_ word: String, milliseconds: Int) throws(LedgerError)
  /// - Returns: whether it was there. It is not any more: of several who ask, one finds it.
  func withdraw(_ word: String) throws(LedgerError) -> Bool

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

/// Nobody else: what ledgers of one process say.
extension Ledger {
  package var epoch: String? { nil }
  package var isShared: Bool { false }
  package var isRelaxed: Bool { false }
  package var now: (@Sendable () -> Int)? { nil }
  package var index: BallotIndex? { nil }
  package func beginStep() -> LedgerContents? { nil }
  package func cancelStep() {}
  package func look(_ own: Instance?) throws(LedgerError) -> LedgerNews { LedgerNews() }
  package func leave(_ own: Instance) throws(LedgerError) {}
  package func listen(_ hear: @escaping @Sendable (LedgerHint) -> Void) {}
  package func settle(_ missing: MissingVotes) {}
  package func deposit(_ word: String, milliseconds: Int) throws(LedgerError) {}
  package func withdraw(_ word: String) throws(LedgerError) -> Bool { false }
  package func consolidate() -> Bool { true }
  package func recover() throws(LedgerError) {}
  package var log: LedgerLog { LedgerLog() }
  package func takeWarnings() -> [LedgerWarning] { [] }
}
