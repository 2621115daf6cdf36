import Templates
import Voting

/// What binds, in words: by which rule a vote passes, and from its close on the base, the threshold
/// and the verdict. Screen, phone, desk and minutes say it from here.
///
/// `Public/verdict.js` makes the same lines, in the same words, of the event `round`.
struct OutcomeWords {
  /// A sentence, and what it is about: the class of its element.
  struct Line: Equatable {
    enum Name: String {
      case rule, verdict, chair, needed, missing, together, byHand, people, warning
    }

    let name: Name
    let text: String
  }

  private(set) var lines: [Line] = []
  let verdict: Outcome.Verdict?
  private let direction: String

  /// - Parameters:
  ///   - disclosed: nothing is said of its numbers before they may be known.
  ///   - words: in the reader's language. Labels are as they were asked.
  init(_ disclosed: DisclosedRound, in words: Words) {
    let (round, question) = (disclosed.round, disclosed.round.question)
    let outcome = disclosed.outcome
    verdict = outcome?.verdict
    direction = words[.direction]
    add(.rule, question.passes(in: words))
    if let outcome { add(outcome, of: round, words) }
  }

  /// Of a question that is not open yet.
  init(_ draft: Question, in words: Words) {
    verdict = nil
    direction = words[.direction]
    add(.rule, draft.passes(in: words))
  }

  private mutating func add(_ outcome: Outcome, of round: Round, _ words: Words) {
    let question = round.question
    if question.isRollCall {
      add(.verdict, words.text(.arePresent, ["count": outcome.counted.yes.grouped]))
    }
    add(.verdict, outcome.verdict.map { words[$0.word] })
    add(.chair, outcome.isChairsWord ? words[.byChair] : nil)
    add(.needed, outcome.needed(in: words))
    add(.missing, outcome.missing(in: words))
    if let byHand = round.numbers.byHand {
      add(.together, words.text(.together, ["counts": question.counts(outcome.counted, in: words)]))
      add(.byHand, words.text(.byHand, ["counts": question.counts(byHand, in: words)]))
    }
    if question.rule != .none { add(.people, round.numbers.people(in: words)) }
    add(.warning, outcome.warning(round.numbers, in: words))
  }

  private mutating func add(_ name: Line.Name, _ text: String?) {
    if let text, !text.isEmpty { lines.append(Line(name: name, text: text)) }
  }

  func text(_ name: Line.Name) -> String? { lines.first { $0.name == name }?.text }

  /// For a page that has a place for them, escaped.
  var html: String {
    let bytes = lines.flatMap { Self.line.render(["class": $0.name.rawValue, "text": $0.text]) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The place too, with its looks, which few pages need; empty where there is nothing to say.
  var element: String {
    if lines.isEmpty { return "" }
    // Names of the program alone: nothing in it wants to be escaped.
    return #"<div id="outcome" dir="\#(direction)" data-verdict="\#(verdict?.rawValue ?? "")" "#
      + #"role="status"><link rel="stylesheet" href="verdict.css">\#(html)</div>"#
  }

  // It has no mistake: it is made with the first page, in every test of one.
  private static let line = try! Template(
    Array(#"<p class="{{class}}">{{text}}</p>"#.utf8), file: "", names: ["class", "text"])
}

extension Question {
  /// Whether a tie is for the chair.
  var isForTheChair: Bool { rule == .simple && chairDecides }

  /// By which rule it passes, in a sentence; `nil` without a rule.
  func passes(in words: Words) -> String? {
    rule == .none ? nil : words.text(.passes, ["rule": ruleText(in: words)])
  }

  /// Its rule, as a part of a sentence.
  func ruleText(in words: Words) -> String {
    let text = words[rule.word]
    return isForTheChair ? words.text(.chairDecides, ["rule": text]) : text
  }

  /// How many are for it and against it. Without its labels, which may fill a line each.
  fileprivate func counts(_ tally: Tally, in words: Words) -> String {
    if isRollCall { return tally.yes.grouped }
    let texts = choices.map { choice in
      words.text(choice.word, ["count": tally[choice].grouped])
    }
    return texts.joined(separator: " · ")
  }

  /// The labels of its choices with their numbers.
  func counts(_ tally: Tally) -> String {
    choices.map { choice in
      // Isolated: a label may be written from right to left.
      "\u{2068}\(label(of: choice) ?? "")\u{2069} \(tally[choice].grouped)"
    }
    .joined(separator: " · ")
  }
}

extension Rule {
  var word: Words.Key {
    switch self {
    case .none: .ruleNone
    case .simple: .ruleSimple
    case .present: .rulePresent
    case .twoThirds: .ruleTwoThirds
    case .threeQuarters: .ruleThreeQuarters
    case .twoThirdsPresent: .ruleTwoThirdsPresent
    case .threeQuartersPresent: .ruleThreeQuartersPresent
    case .absolute: .ruleAbsolute
    case .unanimous: .ruleUnanimous
    }
  }
}

extension Choice {
  fileprivate var word: Words.Key {
    switch self {
    case .yes: .countFor
    case .no: .countAgainst
    case .abstain: .countAbstaining
    }
  }
}

extension Outcome.Verdict {
  var word: Words.Key {
    switch self {
    case .accepted: .accepted
    case .rejected: .rejected
    case .tie: .tie
    }
  }
}

extension Outcome {
  /// The threshold and what it is a part of; `nil` where there is none, or a number is missing.
  func needed(in words: Words) -> String? {
    guard let kind = rule.base, let base, let needed else { return nil }
    let key: Words.Key =
      switch kind {
      case .votesCast: .ofVotesCast
      case .present: .ofPresent
      case .entitled: .ofEntitled
      }
    return words.text(key, ["needed": needed.grouped, "base": base.grouped])
  }

  /// That there is no verdict, and why; `nil` where no number is missing.
  func missing(in words: Words) -> String? {
    switch missing {
    case .present: words[.missingPresent]
    case .entitled: words[.missingEntitled]
    case .votesCast, nil: nil
    }
  }

  /// That more have voted than are there; `nil` where that is not so.
  func warning(_ numbers: Numbers, in words: Words) -> String? {
    guard exceedsPresent, let present = numbers.present else { return nil }
    return words.text(.exceeds, ["votes": counted.total.grouped, "present": present.grouped])
  }
}

extension Numbers {
  /// How many are present and how many are entitled, as far as that was entered.
  fileprivate func people(in words: Words) -> String {
    let present = present.map { words.text(.arePresent, ["count": $0.grouped]) }
    let entitled = entitled.map { words.text(.areEntitled, ["count": $0.grouped]) }
    return [present, entitled].compactMap(\.self).joined(separator: " · ")
  }
}
