import Voting

/// What the voting page says below its buttons: a sentence that may quote one button's label.
/// `Public/vote.js` says the same in the same words.
struct VoteNotice {
  private(set) var text = ""
  private(set) var label = ""
  private(set) var rest = ""

  /// - Parameters:
  ///   - disclosed: `nil` before the first round.
  ///   - offered: what a link would have voted.
  ///   - ballots: whether the next press changes this vote or is another one.
  ///   - words: in the voter's language.
  init(
    _ disclosed: DisclosedRound?, choice: Choice?, offered: Choice?, isCookieRefused: Bool,
    ballots: BallotPolicy, words: Words
  ) {
    guard let disclosed else {
      text = words[.first]
      return
    }
    let round = disclosed.round
    let closed = round.isOpen ? "" : words[.closed]
    var after: [String] = []
    if let offered {
      quote(offered, of: round, in: choice == nil ? .offered : .unchanged, words)
    } else if let choice {
      quote(choice, of: round, in: round.isOpen ? .counted : .answer, words)
      if round.isOpen, !isCookieRefused { after.append(words[ballots.hint]) }
    }
    text = [closed, text].filter { !$0.isEmpty }.joined(separator: " ")
    if isCookieRefused { after.append(words[.cookiesRefused]) }
    if !round.isOpen, let tally = disclosed.tally {
      after.append(Self.outcome(tally, of: round.question))
    }
    for sentence in after { rest += (text.isEmpty && rest.isEmpty ? "" : " ") + sentence }
  }

  /// - Parameter key: of a sentence with a place for the label.
  private mutating func quote(
    _ choice: Choice, of round: Round, in key: Words.Key, _ words: Words
  ) {
    let parts = words.parts(key, around: "choice")
    text = parts.before
    label = round.question.label(of: choice) ?? ""
    rest = parts.after
  }

  /// In one line, for who has no script that makes bars of it.
  private static func outcome(_ tally: Tally, of question: Question) -> String {
    let percentages = Percentages(tally)
    let parts = question.choices.map { choice in
      // Isolated: a label may be written from right to left.
      let label = "\u{2068}\(question.label(of: choice) ?? "")\u{2069}"
      let count = tally[choice].grouped
      return switch choice {
      case .yes where question.isRollCall: "\(label) \(count)"
      case .yes: "\(label) \(percentages.yes)% (\(count))"
      case .no: "\(label) \(percentages.no)% (\(count))"
      case .abstain: "\(label) \(count)"
      }
    }
    return parts.joined(separator: " · ")
  }
}

extension BallotPolicy {
  /// What the next press does.
  var hint: Words.Key {
    switch self {
    case .one, .codes: .change
    case .many: .everyPress
    }
  }
}
