/// Where votes gather while the ones before them are written.
struct PendingVotes: Sendable {
  enum Admission {
    case added
    /// Nobody has been asked to come for the votes yet.
    case addedFirst
    case refused(BallotBoxError)
  }

  /// How many may wait, those in hand included.
  let max: Int
  private var votes: [Vote] = []
  /// Whether somebody has been asked to come for the votes.
  private var isScheduled = false
  /// Taken and not yet answered.
  var inFlight = 0
  var isFinished = false

  init(max: Int) { self.max = max }

  mutating func add(_ vote: Vote) -> Admission {
    if isFinished { return .refused(.finished) }
    if votes.count + inFlight >= max { return .refused(.busy) }
    votes.append(vote)
    return schedule() ? .addedFirst : .added
  }

  /// Whether the caller has to ask somebody to come.
  mutating func schedule() -> Bool {
    if isScheduled { return false }
    isScheduled = true
    return true
  }

  /// Moves the votes into an empty array, whose storage takes the next ones.
  mutating func take(into batch: inout [Vote]) {
    swap(&votes, &batch)
    inFlight = batch.count
    isScheduled = false
  }
}
