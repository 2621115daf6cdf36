/// The newest round's numbers, and when.
package struct LedgerNumbers: Hashable, Sendable {
  /// Grows with every change.
  package var sequence: Int
  package var tally: Tally

  package init(sequence: Int, tally: Tally) {
    self.sequence = sequence
    self.tally = tally
  }
}

/// What another instance said that it did. It was so when it was said, and what was said may be lost.
package struct LedgerHint: Hashable, Sendable {
  /// Of the ledger, as `Ledger.epoch`.
  package var epoch: String
  /// Of the room.
  package var version: Int
  package var numbers: LedgerNumbers

  package init(epoch: String, version: Int, numbers: LedgerNumbers) {
    self.epoch = epoch
    self.version = version
    self.numbers = numbers
  }
}

/// What a shared ledger says when it is looked at.
package struct LedgerNews: Sendable {
  /// `nil` where nothing but `numbers` has changed since the ledger was read or written last.
  package var contents: LedgerContents?
  package var numbers: LedgerNumbers?
  /// All of them, this one too.
  package var instances: [Instance] = []
  /// What this instance acknowledged and is not there any more; `nil` where nothing is missed. Nothing
  /// is counted until the room says so, and it is told again until `Ledger.settle`.
  package var missing: MissingVotes?

  package init() {}
}

/// One of the servers that share a ledger.
public struct Instance: Hashable, Sendable {
  /// Tells it from the others: it is drawn when the server starts.
  public var id: String
  /// Its machine and port, for people.
  public var name: String
  /// Event streams open at it.
  public var screens = 0
  /// Those of them that are voters' phones.
  public var phones = 0
  /// How long its last look at the ledger took.
  public var lagMilliseconds = 0
  /// What its ballots belong to: the same for all that share a ledger.
  public var ballots = BallotPolicy.one

  public init(id: String, name: String) {
    self.id = id
    self.name = name
  }
}
