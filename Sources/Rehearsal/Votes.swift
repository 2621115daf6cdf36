/// What became of the votes.
public struct Votes: Sendable, Equatable {
  public internal(set) var sent = 0
  public internal(set) var acknowledged = Tally()
  /// Those whose response never came: each is counted or not.
  public internal(set) var unanswered = Tally()
  /// Answered with another status than 200, or not taken at all: not to be counted.
  public internal(set) var refused = 0
  /// Sent later than `lateness` after they were due, because no voter was free.
  public internal(set) var late = 0
  /// The status of the first that was refused; 0 where the connection failed.
  public internal(set) var refusal: Int?

  public init() {}

  static let lateness: Duration = .milliseconds(50)

  var answeredCount: Int { acknowledged.total + unanswered.total + refused }

  mutating func add(_ outcome: ClientConnection.Outcome, yes: Bool) {
    switch outcome {
    case .responded(let response) where response.status == 200: acknowledged.add(yes: yes)
    case .responded(let response): refuse(response.status)
    case .unanswered: unanswered.add(yes: yes)
    case .notSent: refuse(0)
    }
  }

  private mutating func refuse(_ status: Int) {
    refused += 1
    if refusal == nil { refusal = status }
  }
}

extension Tally {
  fileprivate mutating func add(yes isYes: Bool) {
    if isYes { yes += 1 } else { no += 1 }
  }
}
