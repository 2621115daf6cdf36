// Voting: rounds, ballots and tallies, and the ledger that keeps them. Nothing of HTTP or pages.
//
//   BallotBox      takes votes from any thread, counts them, acknowledges what is on disk
//   PendingVotes   where votes gather while the ones before them are written
//   BallotChanges  what a batch of votes adds to the ballots and moves among them
//   KeyIssuer      ballot numbers, and the signatures that make a browser's key impossible to forge
//   CodeMaker      what the cards of a room say, where votes have to come with a code
//   Trust          receipts, the published list, and the fingerprint that binds a round's result
//   Room           the host's side as one value: a step leads from one state to the next
//   RoundTally     a round and its numbers; DisclosedRound is what of them may leave the server
//   Ledger         the contract of what counts and keeps all of it
//   LocalLedger    keeps it for one process, in a LedgerStorage: MemoryLedger or SQLiteLedger
//   ValkeyLedger   keeps it in a store that several servers share
//   Recount        reads a ledger in another process and holds it against its own ballots
//
// A vote goes: cast() checks its key on the caller's thread and leaves it in PendingVotes
// (`BallotBox+Casting.swift`); the actor takes all that wait, has the ledger count them in one
// transaction, publishes the new snapshot, and only then lets every cast() return
// (`BallotBox+Writing.swift`). A host's step goes: perform() asks `Room` what comes of it, writes that, publishes it (`BallotBox+Steps.swift`).
// `BallotBox+Upkeep.swift` is what happens when nobody votes, or nothing can be stored, and
// `BallotBox+Others.swift` what happens where other instances share the ledger.

import Platform
import Synchronization

/// The actor that counts.
///
/// A vote is acknowledged when it is durable, and the tally is always the count of the ballots that
/// are. Votes that arrive while others are being written share the next transaction. What pages
/// read is in memory: nothing but `cast` and the presenter's calls waits for the disk.
public actor BallotBox {
  nonisolated let executor: any SerialExecutor & TaskExecutor
  nonisolated let ballots: BallotPolicy
  /// Whether rounds that open give receipts.
  public nonisolated let givesReceipts: Bool
  nonisolated let keys: KeyIssuer
  /// The newest round's ballots; `nil` where the ledger has to be asked.
  nonisolated let index: BallotIndex?
  nonisolated let pending: Mutex<PendingVotes>
  nonisolated let recorded = Mutex(BallotBoxStatistics())
  nonisolated let committed: Mutex<Committed>
  /// What was read of rounds that are over.
  nonisolated let publications = Mutex(Publications())
  /// Lets readers of the ledger through.
  nonisolated let readers = Turnstile()
  /// Whether other instances count in the same ledger.
  public nonisolated let isShared: Bool
  /// Whether what is acknowledged may be lost with the store's machine, as its operator wants it.
  public nonisolated let isRelaxed: Bool
  nonisolated let clock: any Clock<Duration>
  /// By `clock`, since the box was opened.
  nonisolated let elapsed: @Sendable () -> Duration
  /// Milliseconds since 1970, by the clock that countdowns and the record go by: the same for all that
  /// share the ledger. Never waits for the disk.
  public nonisolated let now: @Sendable () -> Int
  let onChange: @Sendable (Snapshot) -> Void
  let onFault: @Sendable (LedgerError) -> Void
  let onRecovery: @Sendable () -> Void
  let onWarning: @Sendable (LedgerWarning) -> Void
  let onInstances: @Sendable ([Instance]) -> Void
  /// This server, for those who share the ledger.
  let instance: @Sendable () -> Instance

  /// `nil` once it has been finished.
  var ledger: (any Ledger)?
  /// The votes in hand; empty between two batches, and kept for its storage.
  var batch: [Vote] = []
  /// Looks after the ledger while there is something to do.
  var upkeep: Task<Void, Never>?
  /// Looks once a second what others did, where the ledger is shared.
  var watch: Task<Void, Never>?
  /// How long the last look took.
  var lag: Duration = .zero
  /// Of the room, of those that others have led on from: a ledger that loses steps goes back.
  var newestVersion = 0
  /// What others said that they did, and nobody has looked at yet.
  nonisolated let hints = Mutex<LedgerHint?>(nil)
  /// How often upkeep has looked since the last vote.
  var quietChecks = 0
  /// Pages that wait to hear of a ballot, where the ledger has to be asked.
  nonisolated let lookups = Mutex<[BallotLookup]>([])
  /// Closes the round when its countdown is over; `nil` while none runs.
  nonisolated let countdown = Mutex<Task<Void, Never>?>(nil)

  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe executor.asUnownedSerialExecutor()
  }

  /// Goes on where the ledger is.
  ///
  /// - Parameters:
  ///   - executor: where the ledger is written; it may block on a disk. The actor keeps it alive.
  ///   - question: what is asked first, in a ledger where nothing was asked; `nil` waits for the host.
  ///   - preset: how questions are asked where nobody says more; `nil`: with numbers that are shown.
  ///   - receipts: whether rounds that open give each ballot a receipt.
  ///   - maxPendingVotes: how many votes may wait for the disk; past it, `cast` throws `.busy`.
  ///   - clock: times how long votes wait, countdowns, and when the ledger is looked after.
  ///   - now: milliseconds since 1970, where the ledger has no clock of its own.
  ///   - onChange: called on the executor with every snapshot after this one, in order, when it is
  ///     durable and before any vote in it is acknowledged.
  ///   - onFault: called on the executor when storing begins to fail, and when it fails in another
  ///     way than before: once for a whole outage.
  ///   - onRecovery: called on the executor when storing works again.
  ///   - onWarning: called with what the host should know though votes are stored: before `init`
  ///     returns, and later on the executor.
  ///   - instance: this server, for those who share the ledger.
  ///   - onInstances: called on the executor when it was looked who shares the ledger.
  package init(
    ledger: sending any Ledger,
    executor: any SerialExecutor & TaskExecutor,
    question: Question? = nil,
    preset: Preset? = nil,
    ballots: BallotPolicy = .one,
    receipts: Bool = true,
    maxPendingVotes: Int = 10_000,
    clock: some Clock<Duration> = ContinuousClock(),
    now: @escaping @Sendable () -> Int = BallotBox.millisecondsSince1970,
    onChange: @escaping @Sendable (Snapshot) -> Void = { _ in },
    onFault: @escaping @Sendable (LedgerError) -> Void = { _ in },
    onRecovery: @escaping @Sendable () -> Void = {},
    onWarning: @escaping @Sendable (LedgerWarning) -> Void = { _ in },
    instance: @escaping @Sendable () -> Instance = { Instance(id: "", name: "") },
    onInstances: @escaping @Sendable ([Instance]) -> Void = { _ in }
  ) throws(LedgerError) {
    let contents = try ledger.start(ballots)
    let now = ledger.now ?? now
    let keys = KeyIssuer(secret: ledger.secret)
    var state = LedgerState(contents, epoch: keys.epoch(of: ledger))
    var room = contents.room
    room.preset = preset
    room.givesReceipts = receipts
    room.asksForCodes = ballots == .codes
    // Where others were here all the time, no countdown has lost any.
    let isFirst = ledger.isShared ? try ledger.look(nil).instances.isEmpty : true
    let entries = room.start(
      asking: question, isFirst: isFirst, isOlderCopy: contents.isOlderCopy, at: now())
    state.apply(room, entries)
    var batch = StepBatch(tally: state.tally, isNews: true)
    if !entries.isEmpty {
      batch.step = StepChanges(from: contents.room, to: room, entries: entries)
    }
    state.sequence = try ledger.write(batch)
    // What cannot be done now is tried again after the next votes.
    _ = ledger.consolidate()
    for warning in ledger.takeWarnings() { onWarning(warning) }
    self.executor = executor
    self.ballots = ballots
    givesReceipts = receipts
    self.clock = clock
    elapsed = Self.stopwatch(clock)
    self.now = now
    self.onChange = onChange
    self.onFault = onFault
    self.onRecovery = onRecovery
    self.onWarning = onWarning
    self.instance = instance
    self.onInstances = onInstances
    self.keys = keys
    index = ledger.index
    isRelaxed = ledger.isRelaxed
    pending = Mutex(PendingVotes(max: maxPendingVotes))
    committed = Mutex(Committed(state: state))
    recorded.withLock { [log = ledger.log] in $0.log = log }
    isShared = ledger.isShared
    self.ledger = ledger
    scheduleCountdown()
    if isShared { Task(executorPreference: executor) { await self.watchOthers() } }
  }

  /// A box that is let go of without `finish` leaves nothing asleep for it.
  deinit {
    upkeep?.cancel()
    watch?.cancel()
    countdown.withLock { $0 }?.cancel()
  }

  /// By the system's clock, which may be as wrong as it likes.
  public static let millisecondsSince1970: @Sendable () -> Int = {
    let range = Round.millisecondsRange
    return min(max(WallClock.millisecondsSince1970(), range.lowerBound), range.upperBound)
  }

  private static func stopwatch(_ clock: some Clock<Duration>) -> @Sendable () -> Duration {
    let start = clock.now
    return { start.duration(to: clock.now) }
  }

  // MARK: For every request, on any thread

  /// The room and the newest round's numbers as they are on disk. Never waits for the disk.
  public nonisolated var snapshot: Snapshot { committed.withLock { $0.state.snapshot } }

  /// The round that votes are for, as it is on disk; `nil` before the first. Never waits for the disk.
  public nonisolated var round: Round? {
    committed.withLock { $0.state.evening }.room.publicRound
  }

  /// Every round with its tally as they are on disk, oldest first. Never waits for the disk.
  public nonisolated var counts: [RoundTally] { committed.withLock { $0.state }.rounds }

  /// What the host sees. Never waits for the disk.
  public nonisolated var standing: Standing { committed.withLock { $0.state }.standing }

  /// Whoever knows it is the host. Never waits for the disk.
  public nonisolated var deskKey: UInt128 { committed.withLock { $0.state.evening.deskKey } }

  /// What was done since the start. Never waits for the disk.
  public nonisolated var statistics: BallotBoxStatistics { recorded.withLock { $0 } }

  /// How long the vote that has waited longest has been waiting; zero where none is. Never waits
  /// for the disk.
  public nonisolated var longestWait: Duration {
    let since = pending.withLock { $0.oldestSince }
    return since.map { elapsed() - $0 } ?? .zero
  }

  /// How long a vote may wait before something is wrong with the disk.
  public static let maxVoteWait: Duration = .seconds(5)

  /// Whether votes are being stored. Never waits for the disk.
  public nonisolated var isStoring: Bool {
    recorded.withLock { $0.fault == nil } && longestWait < Self.maxVoteWait
  }

  /// Those that share the ledger, this one too; none where it is this server's alone. Never waits
  /// for the disk.
  public nonisolated var instances: [Instance] { committed.withLock { $0.instances } }

  /// The browser's ballot in the newest round; `nil` where it has none, and where every vote is a new
  /// one. Waits only where other instances share the ledger.
  public nonisolated func ballot(of key: BallotKey) async -> Ballot? {
    guard ballots == .one, keys.isValid(key) else { return nil }
    return await ballot(ofVoter: key.number)
  }

  /// Whether a ballot that `ballot` does not find is not there; else a shared ledger cannot be asked,
  /// and the phone knows what it said. Never waits.
  public nonisolated var canTellBallots: Bool {
    !isShared || recorded.withLock { $0.fault == nil }
  }

  nonisolated func ballot(ofVoter number: Int) async -> Ballot? {
    if let index { return index[number] }
    return await lookUp(number)
  }

  /// What the server puts into the receipts of this key's ballots, the same in every round. A page
  /// has it before its phone draws the other half.
  public nonisolated func serverHalf(of key: BallotKey) -> UInt64 {
    keys.serverHalf(of: key.number)
  }

  /// Whether this ledger issued the key. A browser with another one needs a new one.
  public nonisolated func isValid(_ key: BallotKey) -> Bool { keys.isValid(key) }

  /// Six lower-case letters and digits that are this ledger's own, for the name of its cookie: two
  /// servers on one host would otherwise take each other's.
  public nonisolated var cookieSuffix: String { keys.cookieSuffix }

  /// A key to be set as a browser's cookie before it votes: the repeat of its vote is then harmless.
  /// Where a browser has one ballot, it is that ballot's; where every vote is a new one, it is the
  /// next vote's.
  public nonisolated func issueKey() -> BallotKey { keys.issue() }
}
