import Platform
public import Valkey

/// A ledger in a store that several servers share: Valkey, or Redis.
///
/// What has to be decided at once is decided by scripts inside the store (`StoreScript`): one counts
/// votes, one writes a host's step, one tells who is there. A ballot is acknowledged when the store has
/// it on its disk.
///
/// A store can lose what it has acknowledged: a replica that was behind takes its place, or somebody
/// puts an old copy back. So each instance remembers how far it knows that the store came, and a store
/// that is behind that has lost votes (`ValkeyLedger+Epochs.swift`).
public final class ValkeyLedger: Ledger {
  public internal(set) var secret: UInt128 = 0

  let link: StoreConnection
  /// As far as we know that the store came: of what it acknowledged to us, and, where it says nothing
  /// that is not on its disk, also of what it told. `nil` before the first look.
  var mark: StoreMark?
  /// Epochs that we have seen before, the newest last.
  var earlierEpochs: [String] = []
  /// The same of what others did, by the thread that listens.
  private let heard = Heard()
  /// The connection leads to the store of `mark`.
  var isSettled = false
  /// The newest round's numbers are not those of its ballots, or one of these is none: something else
  /// wrote there, or the store has deleted what it had.
  var isDamaged = false
  /// Nothing is counted while the room does not say what is missing.
  var claims: [MissingVotes] = []
  /// That nobody has taken yet.
  var warnings: [LedgerWarning] = []
  /// Ends counting here for good.
  var fatal: LedgerError?

  /// As they were read or written last: what the box knows.
  var known = LedgerContents()
  /// The epoch and the number of steps of `known`.
  var knownState: (epoch: String, steps: Int)?
  /// Of rounds before the newest, which change no more.
  var pastTallies: [Int: Tally] = [:]

  /// What a step in the making holds on to: its freeze, and the room's version.
  var step: (token: String, version: Int)?
  /// How long votes and steps wait for another instance's step, which the store forgets sooner.
  var freezePatience: Duration = .milliseconds(StoreKeys.freezeMilliseconds + 1_000)
  private var failure: (error: LedgerError, time: Duration)?
  private var listener: StoreListener?
  var random = KeyedRandom()

  /// Goes on with the votes in a store, or begins with none in an empty one.
  /// - Parameters:
  ///   - name: of this server, for whoever looks at the store's connections; without spaces.
  ///   - durability: what is asked of the store.
  /// - Throws: `LedgerError`; the store is then as it was.
  public init(
    _ url: ValkeyURL, name: String, durability: StoreDurability = .strict,
    patience: ValkeyConnection.Patience = ValkeyConnection.Patience()
  ) throws(LedgerError) {
    link = StoreConnection(url, name: name, durability, patience: patience)
    try ready()
  }

  deinit { listener?.stop() }

  package var isShared: Bool { true }
  package var isRelaxed: Bool { promise == .none }
  package var epoch: String? { mark?.epoch }
  package var now: (@Sendable () -> Int)? {
    let time = link.time
    return { time.now }
  }

  /// How the store's promise is kept that an acknowledged vote is on its disk.
  var promise: StorePromise { link.link?.promise ?? .none }

  func fault(_ fault: StoreFault) -> LedgerError { .store(link.store, fault) }

  // MARK: The connection

  /// So long nobody tries to connect again but to look, where it failed: votes that wait are refused
  /// at once meanwhile.
  private static let pauseAfterFailure: Duration = .milliseconds(500)

  /// Connects where there is no connection, and finds out what became of the store meanwhile.
  /// - Parameter isPatient: does not try again right after it failed.
  func ready(isPatient: Bool = false) throws(LedgerError) {
    if let fatal { throw fatal }
    if isPatient, let failure, SteadyClock.timeSinceStart() - failure.time < Self.pauseAfterFailure
    {
      throw failure.error
    }
    do throws(LedgerError) {
      if try link.connect() { isSettled = false }
      if !isSettled { try settle() }
      failure = nil
    } catch {
      failure = (error, SteadyClock.timeSinceStart())
      throw error
    }
  }

  /// Does what can be done twice, and does it again where the connection turns out to be gone: the store
  /// was restarted, or something on the way to it has dropped what was idle.
  func reconnecting<Value>(
    _ body: () throws(LedgerError) -> Value
  ) throws(LedgerError) -> Value {
    let hadConnection = link.link != nil
    do throws(LedgerError) {
      return try body()
    } catch {
      guard hadConnection, link.wasDropped else { throw error }
      return try body()
    }
  }

  // MARK: How far it came

  /// Takes over how far the store came with what it has acknowledged.
  func noteAcknowledged(sequence: Int, counted: Int) {
    guard let epoch = mark?.epoch else { return }
    mark?.raise(to: StoreMark(epoch: epoch, sequence: sequence, counted: counted))
  }

  /// The same with what it told, if it tells only what it has on its disk.
  func noteTold(_ told: StoreMark) {
    if promise == .syncsAlways { mark?.raise(to: told) }
  }

  /// The same with what it told everybody, to be called before it is asked: what is published while it
  /// answers may be newer than its answer.
  func noteHeard() {
    if let heard = heard.mark { noteTold(heard) }
  }

  // MARK: Others

  package func look(_ own: Instance?) throws(LedgerError) -> LedgerNews {
    try reconnecting { () throws(LedgerError) in try lookOnce(own) }
  }

  private func lookOnce(_ own: Instance?) throws(LedgerError) -> LedgerNews {
    for _ in 0..<Self.maxAttempts {
      try ready()
      noteHeard()
      let asked = SteadyClock.timeSinceStart()
      let (status, values) = try beat(own)
      guard status == .done else {
        isSettled = false
        continue
      }
      guard let beat = Beat(values), beat.tally.total == beat.ballotCount else {
        noteDamage()
        continue
      }
      guard isOurs(beat) else {
        isSettled = false
        continue
      }
      link.time.note(beat.time, asked: asked, heard: SteadyClock.timeSinceStart())
      noteTold(beat.mark)
      return try news(beat)
    }
    throw fault(.busy)
  }

  private func beat(
    _ own: Instance?
  ) throws(LedgerError) -> (status: StoreScript.Status, values: [Reply]) {
    let newest = known.room.publicRound?.number ?? 0
    return try link.run(
      .beat,
      keys: [
        StoreKeys.meta, StoreKeys.instances, StoreKeys.round(newest), StoreKeys.ballots(newest),
      ]
    ) { command in
      command.add(own?.id ?? "")
      command.add(own?.stored ?? "")
      command.add(Self.instanceLife)
    }
  }

  package func leave(_ own: Instance) throws(LedgerError) {
    _ = try link.run([Command("HDEL", StoreKeys.instances, own.id)])
  }

  private func isOurs(_ beat: Beat) -> Bool {
    guard let mark, let run = link.link?.server.runID else { return false }
    return beat.mark.epoch == mark.epoch && beat.run == run && beat.mark.sequence >= mark.sequence
  }

  private func news(_ beat: Beat) throws(LedgerError) -> LedgerNews {
    var news = LedgerNews()
    news.instances = beat.instances
    news.missing = claims.first
    if knownState.map({ $0 == (beat.mark.epoch, beat.steps) }) ?? false {
      news.numbers = LedgerNumbers(sequence: beat.mark.sequence, tally: beat.tally)
    } else {
      news.contents = try read()
    }
    return news
  }

  /// So often something is tried anew because others changed the store meanwhile.
  static let maxAttempts = 5
  /// In milliseconds: an instance that says nothing for so long is none any more.
  static let instanceLife = 5_000

  package func listen(_ hear: @escaping @Sendable (LedgerHint) -> Void) {
    listener?.stop()
    listener = StoreListener(link.url, name: link.name, heard, hear)
  }

  package func settle(_ missing: MissingVotes) { claims.removeAll { $0 == missing } }

  package func deposit(_ word: String, milliseconds: Int) throws(LedgerError) {
    try reconnecting { () throws(LedgerError) in
      try ready()
      _ = try link.run([
        Command("SET", StoreKeys.word(word), "1", "PX", "\(milliseconds)")
      ])
    }
  }

  package func withdraw(_ word: String) throws(LedgerError) -> Bool {
    try ready()
    return try link.run([Command("DEL", StoreKeys.word(word))])[0].number == 1
  }

  // MARK: Upkeep

  package func recover() throws(LedgerError) {
    try ready()
    // A step may do where votes do not: it does not touch them.
    _ = try beat(nil)
  }

  private var hasWarned = false

  package func takeWarnings() -> [LedgerWarning] {
    defer { warnings = [] }
    guard !hasWarned, link.link?.promise == StorePromise.none else { return warnings }
    hasWarned = true
    return [.storeSyncsLate(store: link.store)] + warnings
  }
}
