import Voting

/// What both pages say of a round.
struct RoundWords {
  /// By the names that the templates have for it.
  let values: [String: String]

  static let names: Set = [
    "question", "yesLabel", "noLabel", "abstainLabel", "round", "phase", "hidden", "timeLeft",
    "outcome",
  ]

  /// - Parameters:
  ///   - round: `nil` before the first.
  ///   - waiting: the heading then.
  ///   - words: in the reader's language. The round's own are as they were asked.
  ///   - now: in milliseconds since 1970.
  init(
    _ disclosed: DisclosedRound?, waiting: Words.Key, now: Int, _ words: Words
  ) {
    let round = disclosed?.round
    let outcome = disclosed.map { OutcomeWords($0, in: words) }
    values = [
      "question": round?.question.text ?? words[waiting],
      "yesLabel": round?.question.yesLabel ?? "",
      "noLabel": round?.question.label(of: .no) ?? "",
      "abstainLabel": round?.question.label(of: .abstain) ?? "",
      "round": round.map { String($0.number) } ?? "",
      "phase": round?.phase.rawValue ?? "waiting",
      "hidden": "\(round?.isHidden ?? false)",
      "outcome": outcome?.element ?? "",
      "timeLeft": round?.closesAt.map { Self.timeLeft(milliseconds: $0 - now, words) } ?? "",
    ]
  }

  /// As `Public/countdown.js` says it.
  static func timeLeft(milliseconds: Int, _ words: Words) -> String {
    guard milliseconds > 0 else { return words[.lastVotes] }
    let seconds = (milliseconds + 999) / 1_000
    let rest = String(seconds % 60)
    return "\(seconds / 60):" + (rest.count < 2 ? "0" : "") + rest
  }
}

extension Int {
  /// 1234567 with a narrow space between each three digits, which means the same in every language
  /// (ISO 80000-1, section 7.3.1), as the pages' scripts write it.
  var grouped: String { grouped(by: "\u{202F}") }

  func grouped(by separator: Character) -> String {
    var text = ""
    for (place, digit) in String(self).reversed().enumerated() {
      if place > 0, place.isMultiple(of: 3) { text.append(separator) }
      text.append(digit)
    }
    return String(text.reversed())
  }
}
