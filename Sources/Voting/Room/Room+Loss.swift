extension Room {
  /// How many votes are missing; 0 where steps of the host alone are; `nil` where nothing is, or the
  /// host knows of it.
  public var missingVotes: Int? { missing.isEmpty ? nil : missing.values.reduce(0, +) }

  /// Says that votes are missing, unless another instance has said so of as many.
  ///
  /// - Parameter version: the newest that the room had before. Steps may be lost with the votes, and
  ///   what a desk has decided on the room as it was must not be taken for a step of the room as it is.
  /// - Returns: what goes on record.
  mutating func note(
    _ missing: MissingVotes, after version: Int, at milliseconds: Int
  ) -> [RecordEntry] {
    let isKnown = self.missing[missing.epoch].map { $0 >= missing.count } ?? false
    if isKnown, self.version > version { return [] }
    var change = Change(self, tally: Tally(), milliseconds: milliseconds)
    change.note(missing, after: version)
    return commit(change)
  }
}

extension Room.Change {
  mutating func note(_ missing: MissingVotes, after version: Int) {
    room.missing[missing.epoch] = max(missing.count, room.missing[missing.epoch] ?? 0)
    room.version = max(room.version, version)
    note(.votesMissing)
  }

  mutating func confirmLoss() {
    if room.missing.isEmpty { return }
    room.missing = [:]
    note(.lossConfirmed)
  }
}
