import Templates
import Voting

/// What the desk's page says of rules, numbers and verdicts.
struct DeskNumbers: Sendable {
  // It has no mistake: it is made in every test of the page.
  private let option = try! Template(
    Array(#"<option value="{{value}}" {{state}}>{{text}}</option>"#.utf8), file: "",
    names: ["value", "state", "text"])

  /// The rules to choose from, in HTML.
  func options(_ chosen: String?, in words: Words) -> String {
    let bytes = Rule.allCases.flatMap { rule in
      option.render([
        "value": rule.rawValue, "text": words[rule.word],
        "state": rule.rawValue == chosen ? "selected" : "",
      ])
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// By the names that the page has for it.
  func values(of state: DeskState, in words: Words) -> [String: String] {
    let question = state.room.draft?.question ?? state.present?.round.question
    let outcome = state.present?.outcome
    let said =
      state.present.map { OutcomeWords($0, in: words) }
      ?? question.map { OutcomeWords($0, in: words) }
    var values = [
      "verdict": said?.verdict?.rawValue ?? "",
      "outcome": said?.html ?? "",
      "tie": "\(outcome.map { $0.verdict == .tie || $0.isChairsWord } ?? false)",
      "minutes": "\(outcome != nil)",
      "missing": outcome?.missing?.rawValue ?? "",
      "editRule": question?.rule.rawValue ?? "",
      "editChair": question?.chairDecides == true ? "selected" : "",
      "editRollCall": "\(question?.isRollCall ?? false)",
      "numbersOpen": "",
      // Also a field that is hidden would be sent.
      "withoutRound": state.present == nil ? "disabled" : "",
      "withoutNo": question?.isRollCall == true ? "hidden disabled" : "",
      "withoutAbstain": question?.label(of: .abstain) == nil ? "hidden disabled" : "",
    ]
    let numbers = state.present?.round.numbers ?? state.room.numbers
    values["present"] = Self.text(numbers.present)
    values["entitled"] = Self.text(numbers.entitled)
    for choice in Choice.allCases {
      values["\(choice)ByHand"] = Self.text(numbers.byHand?[choice])
    }
    return values
  }

  private static func text(_ number: Int?) -> String { number.map { "\($0)" } ?? "" }
}
