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
  init(
    _ disclosed: DisclosedRound?, choice: Choice?, offered: Choice?, isCookieRefused: Bool,
    ballots: BallotPolicy
  ) {
    guard let disclosed else {
      text = "The first question comes here."
      return
    }
    let round = disclosed.round
    if !round.isOpen { text = "Closed." }
    if let offered {
      text =
        choice == nil
        ? "Nothing is counted yet. To vote, press "
        : "The link changed nothing, your vote is counted as before. To change it, press "
      label = round.question.label(of: offered) ?? ""
    } else if let choice {
      text = round.isOpen ? "Counted: " : "Closed. Your answer: "
      label = round.question.label(of: choice) ?? ""
      rest = round.isOpen && !isCookieRefused ? ". \(Self.after(ballots))" : "."
    }
    if isCookieRefused {
      rest =
        (label.isEmpty ? "" : ". ")
        + "Your browser keeps no cookies, so you cannot change it."
    }
    if !round.isOpen, let tally = disclosed.tally {
      rest += " " + Self.outcome(tally, of: round.question)
    }
  }

  private static func after(_ ballots: BallotPolicy) -> String {
    switch ballots {
    case .one: "You can change it until it closes."
    case .many: "Every press counts."
    }
  }

  /// In one line, for who has no script that makes bars of it.
  private static func outcome(_ tally: Tally, of question: Question) -> String {
    let percentages = Percentages(tally)
    let parts = question.choices.map { choice in
      // Isolated: a label may be written from right to left.
      let label = "\u{2068}\(question.label(of: choice) ?? "")\u{2069}"
      let count = tally[choice].grouped
      return switch choice {
      case .yes: "\(label) \(percentages.yes)% (\(count))"
      case .no: "\(label) \(percentages.no)% (\(count))"
      case .abstain: "\(label) \(count)"
      }
    }
    return parts.joined(separator: ", ") + "."
  }
}
