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
