import Synchronization
package import Voting

/// A ledger in memory that several boxes share, as instances share a store: what each does, the others
/// find only when they look.
package final class SharedMemory: Sendable {
  fileprivate struct Contents: Sendable {
    var ledger = LedgerContents()
    var ballots: [Int: [Int: Ballot]] = [:]
    var record: [RecordEntry] = []
    var fingerprints: [Fingerprint] = []
    var epoch = 1
    var frozenBy: Int?
    var listeners: [@Sendable (LedgerHint) -> Void] = []
    var instances: [String: Instance] = [:]
    var claims: [Int: MissingVotes] = [:]
    var instanceCount = 0
    var isAway = false
    var ballotReads = 0
    var words: Set<String> = []
  }

  fileprivate let secret = UInt128.random(in: .min ... .max)
  fileprivate let contents = Mutex(Contents())

  fileprivate let isRelaxed: Bool

  package init(isRelaxed: Bool = false) {
    self.isRelaxed = isRelaxed
    contents.withLock { $0.ledger.deskKey = 7 }
  }

  /// Forgets what was acknowledged last, as a replica that was behind does.
  package func lose(_ voters: [Int], round: Int, noticedBy instance: Int) {
    contents.withLock { contents in
      for voter in voters {
        guard let ballot = contents.ballots[round]?.removeValue(forKey: voter) else { continue }
        contents.ledger.tallies[round]?[ballot.choice] -= 1
      }
      contents.claims[instance] = MissingVotes(epoch: "\(contents.epoch)", count: voters.count)
      contents.epoch += 1
    }
  }

  /// Makes it answer nobody who asks for what it has, or again.
  package func setAway(_ isAway: Bool) { contents.withLock { $0.isAway = isAway } }

  /// How often somebody asked for voters' ballots.
  package var ballotReads: Int { contents.withLock { $0.ballotReads } }

  /// What it has of the room.
  package struct Copy: Sendable {
    fileprivate let ledger: LedgerContents
    fileprivate let record: [RecordEntry]
  }

  package func copy() -> Copy {
    contents.withLock { Copy(ledger: $0.ledger, record: $0.record) }
  }

  /// Forgets the steps since the copy was made, and no vote.
  package func putBack(_ copy: Copy, noticedBy instance: Int) {
    contents.withLock { contents in
      let sequence = contents.ledger.counters.sequence
      contents.ledger = copy.ledger
      contents.ledger.counters.sequence = sequence + 1
      contents.record = copy.record
      contents.claims[instance] = MissingVotes(epoch: "\(contents.epoch)", count: 0)
      contents.epoch += 1
    }
  }

  /// Those who have a ballot.
  package func ballots(round: Int) -> [Ballot] {
    contents.withLock { Array(($0.ballots[round] ?? [:]).values) }
  }

  package func ledger() -> SharedMemoryLedger { SharedMemoryLedger(self) }
}

/// One instance's side of it.
package final class SharedMemoryLedger: Ledger {
  private let shared: SharedMemory
  /// From 1, in the order they were made.
  private let number: Int
  private var seen: (version: Int, epoch: Int)?

  init(_ shared: SharedMemory) {
    self.shared = shared
    number = shared.contents.withLock { contents in
      contents.instanceCount += 1
      return contents.instanceCount
    }
  }

  package var secret: UInt128 { shared.secret }
  package var isShared: Bool { true }
  package var isRelaxed: Bool { shared.isRelaxed }
  package var epoch: String? { shared.contents.withLock { "\($0.epoch)" } }

  package func start(_ policy: BallotPolicy) throws(LedgerError) -> LedgerContents {
    try beginStep() ?? LedgerContents()
  }

  package func ballots(round: Int) -> [Int: Ballot] {
    shared.contents.withLock { $0.ballots[round] ?? [:] }
  }

  package func ballots(of voters: [Int], round: Int) throws(LedgerError) -> [Int: Ballot] {
    shared.contents.withLock { $0.ballotReads += 1 }
    try checkThere()
    return ballots(round: round).filter { voters.contains($0.key) }
  }

  private func checkThere() throws(LedgerError) {
    if shared.contents.withLock({ $0.isAway }) {
      throw .store("memory", .unreachable(reason: "away"))
    }
  }

  package func record(round: Int) -> [RecordEntry] {
    shared.contents.withLock { $0.record.filter { $0.round == round } }
  }

  package func fingerprint(round: Int) -> Fingerprint? {
    shared.contents.withLock { $0.fingerprints.last { $0.round == round } }
  }

  package func count(
    _ votes: inout [Vote], in round: Round, version: Int
  ) throws(LedgerError) -> LedgerNumbers? {
    let (votes_, numbers, listeners) = shared.contents.withLock { [votes] contents in
      var votes = votes
      let isMissed = contents.claims[number] != nil
      guard contents.ledger.room.version == version, contents.frozenBy == nil, !isMissed else {
        return (votes, LedgerNumbers?.none, contents.listeners)
      }
      let changes = BallotChanges(
        deciding: &votes, in: round, to: contents.ballots[round.number] ?? [:])
      changes.apply(to: &contents.ballots[round.number, default: [:]], isTold: true)
      changes.count(in: &contents.ledger.tallies[round.number, default: Tally()])
      contents.ledger.counters.sequence += 1
      let numbers = LedgerNumbers(
        sequence: contents.ledger.counters.sequence,
        tally: contents.ledger.tallies[round.number] ?? Tally())
      return (votes, numbers, contents.listeners)
    }
    votes = votes_
    if let numbers { tell(listeners, numbers, version) }
    return numbers
  }

  private func tell(
    _ listeners: [@Sendable (LedgerHint) -> Void], _ numbers: LedgerNumbers, _ version: Int
  ) {
    guard let epoch else { return }
    for listener in listeners {
      listener(LedgerHint(epoch: epoch, version: version, numbers: numbers))
    }
  }

  package func beginStep() throws(LedgerError) -> LedgerContents? {
    let contents = shared.contents.withLock { contents -> LedgerContents? in
      guard contents.frozenBy == nil else { return nil }
      contents.frozenBy = number
      contents.ledger.record = contents.record
      return contents.ledger
    }
    guard let contents else { throw .busy(path: "memory") }
    return contents
  }

  package func cancelStep() {
    shared.contents.withLock { if $0.frozenBy == number { $0.frozenBy = nil } }
  }

  package func write(_ batch: StepBatch) throws(LedgerError) -> Int {
    let (numbers, version, listeners) = shared.contents.withLock { contents in
      if contents.frozenBy == number { contents.frozenBy = nil }
      if let step = batch.step {
        contents.ledger.room = step.room
        contents.record += step.entries
        contents.fingerprints += step.fingerprints
      }
      if let key = batch.deskKey { contents.ledger.deskKey = key }
      if batch.isNews { contents.ledger.counters.sequence += 1 }
      let numbers = LedgerNumbers(
        sequence: contents.ledger.counters.sequence, tally: batch.tally)
      return (numbers, contents.ledger.room.version, contents.listeners)
    }
    tell(listeners, numbers, version)
    return numbers.sequence
  }

  package func leave(_ own: Instance) {
    shared.contents.withLock { _ = $0.instances.removeValue(forKey: own.id) }
  }

  package func look(_ own: Instance?) throws(LedgerError) -> LedgerNews {
    try checkThere()
    return shared.contents.withLock { contents in
      var news = LedgerNews()
      if let own { contents.instances[own.id] = own }
      news.instances = contents.instances.values.sorted { $0.id < $1.id }
      contents.ledger.record = contents.record
      news.contents = contents.ledger
      news.missing = contents.claims[number]
      return news
    }
  }

  package func settle(_ missing: MissingVotes) {
    shared.contents.withLock { $0.claims[number] = nil }
  }

  package func listen(_ hear: @escaping @Sendable (LedgerHint) -> Void) {
    shared.contents.withLock { $0.listeners.append(hear) }
  }

  package func deposit(_ word: String, milliseconds: Int) {
    shared.contents.withLock { _ = $0.words.insert(word) }
  }

  package func withdraw(_ word: String) -> Bool {
    shared.contents.withLock { $0.words.remove(word) != nil }
  }
}
