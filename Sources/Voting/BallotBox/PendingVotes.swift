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
  /// Taken and not yet acknowledged or refused.
  private var inFlight = 0
  /// When the oldest of those that wait came, and the oldest in flight.
  private var waitingSince: Duration?
  private var inFlightSince: Duration?
  var isFinished = false

  init(max: Int) { self.max = max }

  /// When the vote came that has waited longest; `nil` where none waits.
  var oldestSince: Duration? { inFlightSince ?? waitingSince }

  /// - Parameter time: asked only where the time matters.
  mutating func add(_ vote: Vote, at time: () -> Duration) -> Admission {
    if isFinished { return .refused(.finished) }
    if votes.count + inFlight >= max { return .refused(.busy) }
    if votes.isEmpty { waitingSince = time() }
    votes.append(vote)
    return schedule() ? .addedFirst : .added
  }

  /// Whether the caller has to ask somebody to come.
  private mutating func schedule() -> Bool {
    if isScheduled { return false }
    isScheduled = true
    return true
  }

  /// Moves the votes into an empty array, whose storage takes the next ones.
  mutating func take(into batch: inout [Vote]) {
    swap(&votes, &batch)
    inFlight = batch.count
    (inFlightSince, waitingSince) = (waitingSince, nil)
    isScheduled = false
  }

  /// Says that the votes that were taken are acknowledged or refused.
  mutating func finishBatch() {
    inFlight = 0
    inFlightSince = nil
  }
}
