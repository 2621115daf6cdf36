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

/// What a ledger writes that is no vote: a host's step, a key, or nothing but that it can.
package struct StepBatch: Sendable {
  package var step: StepChanges?
  /// `nil` where it stays.
  package var deskKey: UInt128?
  /// Of the newest round after it.
  package var tally: Tally
  /// Raises the sequence.
  package var isNews: Bool

  package init(
    step: StepChanges? = nil, deskKey: UInt128? = nil, tally: Tally = Tally(), isNews: Bool = false
  ) {
    self.step = step
    self.deskKey = deskKey
    self.tally = tally
    self.isNews = isNews
  }
}

/// What a host's step changes. A class, because most batches have none.
public final class StepChanges: Sendable {
  /// As it is after the step.
  public let room: Room
  /// Those that are new, and those that changed.
  public let rounds: [Round]
  /// The numbers of rounds without ballots that are no rounds any more.
  public let withdrawn: [Int]
  /// For the end of the record, in order.
  public let entries: [RecordEntry]
  public let fingerprints: [Fingerprint]
  /// The whole list; `nil` where it is as it was.
  public let prepared: [Question]?

  init(
    from old: Room, to new: Room, entries: [RecordEntry], fingerprints: [Fingerprint] = []
  ) {
    room = new
    let before = Dictionary(uniqueKeysWithValues: old.rounds.map { ($0.number, $0) })
    rounds = new.rounds.filter { before[$0.number] != $0 }
    let numbers = Set(new.rounds.map(\.number))
    withdrawn = old.rounds.map(\.number).filter { !numbers.contains($0) }
    self.entries = entries
    self.fingerprints = fingerprints
    prepared = new.prepared == old.prepared ? nil : new.prepared
  }
}

/// All that a ledger holds but the ballots themselves.
public struct LedgerContents: Sendable {
  public var counters = Counters()
  public var room = Room()
  /// Every round's, by its number, counted from its ballots.
  public var tallies: [Int: Tally] = [:]
  /// The newest lines of the record, oldest first.
  public var record: [RecordEntry] = []
  /// 128 random bits, made with the ledger: whoever knows them is the host.
  public var deskKey: UInt128 = 0
  /// The ledger has been further than it is now, and nothing in it says so yet: whoever goes on with
  /// it puts that on record with the first thing that is written.
  public var isOlderCopy = false

  /// As many lines of the record as a desk is shown.
  public static let maxRecord = 200

  public init() {}
}
