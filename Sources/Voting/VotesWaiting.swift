/// A vote that waits to be durable.
struct Vote: Sendable {
  let ballot: Ballot
  /// The voter's number was issued for this vote: there is no ballot of that voter yet.
  let isFirst: Bool
  /// The round it was meant for; `nil` for the one that is asked.
  let round: Int?
  /// Resumed once, with what went wrong or with nothing.
  let continuation: UnsafeContinuation<BallotBoxError?, Never>

  /// Why it does not count in this round, whatever the ledger says.
  func refusal(in round: Round) -> BallotBoxError? {
    if let meant = self.round, meant != round.number { return .otherRound }
    return round.isOpen ? nil : .closed
  }
}

/// Where votes gather while the ones before them are written.
struct VotesWaiting: Sendable {
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
  var inHand = 0
  var isFinished = false

  init(max: Int) { self.max = max }

  mutating func add(_ vote: Vote) -> Admission {
    if isFinished { return .refused(.finished) }
    if votes.count + inHand >= max { return .refused(.busy) }
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
    inHand = batch.count
    isScheduled = false
  }
}
