/// What a file's seal is made of, as it was when it was committed last.
struct Sealed: Sendable {
  /// How many transactions there were.
  var commits = 0
  /// The sum over all ballots of all rounds, modulo 2 to the power of 128.
  var ballots: UInt128 = 0
  /// Up to the newest line.
  var record: UInt128 = 0
  /// Up to the newest one.
  var fingerprints: UInt128 = 0
  var rounds: UInt128 = 0
  var room: UInt128 = 0
  var counters = Counters()

  /// Takes in what a transaction changes beside a step.
  mutating func apply(_ batch: LedgerBatch, _ seal: Seal) {
    commits += 1
    if let counters = batch.counters { self.counters = counters }
    guard let round = batch.round else { return }
    for ballot in batch.added { ballots &+= seal.ballot(ballot, round: round) }
    for ballot in batch.moved { ballots &+= seal.ballot(ballot, round: round) }
    for ballot in batch.replaced { ballots &-= seal.ballot(ballot, round: round) }
  }

  mutating func apply(_ step: StepChanges, _ seal: Seal) {
    rounds = seal.rounds(step.room.rounds)
    room = seal.room(step.room)
    for entry in step.entries {
      record = seal.entry(
        seconds: entry.seconds, step: entry.kind.rawValue, round: entry.round, after: record)
    }
    for fingerprint in step.fingerprints {
      fingerprints = seal.fingerprint(fingerprint, after: fingerprints)
    }
  }
}
