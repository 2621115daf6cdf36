import HTTPServer
import Voting

/// A step that was not done, as the desk hears of it.
struct DeskRefusal: Error {
  let error: HTTPError
  /// How things stand, where the step did not fit that.
  var standing: Standing?
}

extension DeskRefusal {
  init(_ error: StepError) {
    switch error {
    case .refused(let refusal, let standing):
      self.error = HTTPError(refusal)
      self.standing = self.error.status == .conflict ? standing : nil
    case .storage:
      self.error = .unavailable(
        "The step could not be stored and may not have been done; see the log. Look at how things "
          + "stand, then try again.", code: "storage",
        details: ["reason": "step-storage"], retryAfterSeconds: 2)
    case .finished:
      self.error = .unavailable(
        "The server is stopping and the step was not done.", code: "stopping",
        details: ["reason": "step-stopping"], retryAfterSeconds: 5)
    }
  }
}

extension HTTPError {
  fileprivate init(_ refusal: StepRefusal) {
    let (code, message): (String, String) =
      switch refusal {
      case .stale:
        ("stale", "Something else was done meanwhile, here or at another desk; look again.")
      case .nothingThere: ("nothing-there", "There is no question yet that this could be done to.")
      case .notOpenYet:
        ("not-open-yet", "The question is a draft and not open yet; open it first.")
      case .noSuchRound(let number):
        ("no-such-round", "There is no round \(number) in the archive.")
      case .closed: ("closed", "Voting is closed already; reopen it, or ask again.")
      case .stillOpen:
        ("still-open", "Voting is open; hidden numbers can be looked at once it is closed.")
      case .hasBallots:
        ("has-ballots", "People have voted, so this cannot be taken back; close it, or ask again.")
      case .nothingPrepared: ("nothing-prepared", "No further question is prepared; type one.")
      case .listFull:
        (
          "list-full",
          "Too many questions are prepared to put this draft back; open it, or save a shorter list."
        )
      case .wouldFlipBallots:
        (
          "other-choices",
          "The ballots that are there would mean something else; ask it as a new question."
        )
      case .ruleIsSet:
        (
          "rule-is-set",
          "People have voted, and the rule was chosen before; ask it as a new question."
        )
      case .noSuchChoice:
        ("no-such-choice", "The question does not have that answer; leave its number out.")
      case .noTie:
        ("no-tie", "The chair decides where a vote by simple majority has ended in a tie.")
      case .tooManyCodes:
        (
          "too-many-issued",
          "Issue at least one code, and at most \(IssuedCodes.maxCount) in all."
        )
      case .codesInUse:
        (
          "codes-in-use",
          "Codes are replaced between two votes; close this one first, and open or undo a draft."
        )
      case .numberOutOfRange:
        (
          "number-out-of-range",
          "A number is from 0 to \(Numbers.range.upperBound)."
        )
      case .noCountdown: ("no-countdown", "No countdown runs; start one.")
      case .outOfRange:
        (
          "out-of-range",
          """
          A countdown takes \(Room.countdownSeconds.lowerBound) to \
          \(Room.countdownSeconds.upperBound) seconds.
          """
        )
      }
    let isBadInput =
      switch refusal {
      case .noSuchRound, .outOfRange, .numberOutOfRange, .tooManyCodes: true
      default: false
      }
    self.init(
      isBadInput ? .badRequest : .conflict, message, code: code, details: Self.details(of: refusal))
  }
  /// A vote's refusals have some of the codes too.
  private static func details(of refusal: StepRefusal) -> [String: String] {
    switch refusal {
    case .closed: ["reason": "step-closed"]
    case .noSuchRound(let number): ["round": "\(number)"]
    case .noSuchChoice: ["reason": "step-no-such-choice"]
    case .tooManyCodes: ["max": "\(IssuedCodes.maxCount)"]
    case .numberOutOfRange: ["max": "\(Numbers.range.upperBound)"]
    case .outOfRange:
      [
        "min": "\(Room.countdownSeconds.lowerBound)", "max": "\(Room.countdownSeconds.upperBound)",
      ]
    default: [:]
    }
  }
}

extension HTTPError {
  /// For scripts, behind the code; none where it says everything.
  var detailMembers: [OrderedJSON.Member] {
    details.isEmpty ? [] : [.init(name: "details", value: OrderedJSON(details))]
  }
}
