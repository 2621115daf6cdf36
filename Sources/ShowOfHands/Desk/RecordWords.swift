import Voting

extension RecordEntry.Kind {
  /// As `Public/desk-words.js` says it.
  var words: String {
    switch self {
    case .drafted: "Draft: nobody sees it yet"
    case .opened: "Voting is open"
    case .edited: "Words changed"
    case .hidden: "Numbers hidden"
    case .revealed: "Numbers shown"
    case .peeked: "You looked at the numbers"
    case .closed: "Voting is closed"
    case .closedByCountdown: "Time is up: voting is closed"
    case .reopened: "Voting is open again"
    case .archived: "Put away"
    case .draftWithdrawn: "The draft went back to the list"
    case .openingWithdrawn: "Opening undone: it is a draft again"
    case .countdownStarted: "Countdown started"
    case .countdownExtended: "More time given"
    case .countdownFilled: "Ten minutes are left, the most that a countdown can have"
    case .countdownCancelled: "Countdown cancelled"
    case .countdownProlonged: "More time, since the server was away"
    case .staged: "Screens changed"
    case .said: "Line changed"
    case .shown: "An earlier round on the screens"
    case .prepared: "List saved"
    case .addressed: "Address changed"
    }
  }
}
