extension Room {
  /// How many votes are missing; `nil` where none is, or the host knows of it.
  public var missingVotes: Int? { missing.isEmpty ? nil : missing.values.reduce(0, +) }

  /// Says that votes are missing, unless another instance has said so of as many.
  /// - Returns: what goes on record.
  mutating func note(_ missing: MissingVotes, at milliseconds: Int) -> [RecordEntry] {
    if let known = self.missing[missing.epoch], known >= missing.count { return [] }
    var change = Change(self, tally: Tally(), milliseconds: milliseconds)
    change.note(missing)
    return commit(change)
  }
}

extension Room.Change {
  mutating func note(_ missing: MissingVotes) {
    room.missing[missing.epoch] = missing.count
    note(.votesMissing)
  }

  mutating func confirmLoss() {
    if room.missing.isEmpty { return }
    room.missing = [:]
    note(.lossConfirmed)
  }
}
