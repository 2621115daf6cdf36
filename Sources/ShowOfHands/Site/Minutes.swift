import Templates
import Voting

/// A round that is over, as an association keeps it: on a page for paper, and as plain text.
///
/// The frame is in the reader's language; the question and its labels are as they were asked.
struct Minutes {
  struct Row: Equatable {
    let name: String
    let lines: [String]
    /// What it is about, for the page's looks; empty for nothing.
    var style = ""
  }

  let title: String
  private(set) var rows: [Row] = []
  /// What was done to the round, oldest first: at what time, and what.
  let steps: [Row]
  private let words: Words

  /// - Parameters:
  ///   - record: of the room; what was done to other rounds is left out.
  /// - Returns: `nil` until the round is over and its numbers may be known.
  init?(_ disclosed: DisclosedRound, record: [RecordEntry], in words: Words) {
    guard let tally = disclosed.tally, let outcome = disclosed.outcome else { return nil }
    let round = disclosed.round
    self.words = words
    title = words.text(.minutesTitle, ["round": "\(round.number)"])
    steps = record.filter { $0.round == round.number }.map { entry in
      let isPeek = entry.kind == .peeked
      return Row(
        name: Self.time(entry.seconds),
        lines: [isPeek ? words[.minutesPeeked] : words.text(of: entry.kind)])
    }
    addQuestion(round)
    addNumbers(round, tally, outcome)
    addOutcome(outcome, round)
    add(.minutesFingerprint, disclosed.fingerprint)
  }

  private mutating func add(_ name: Words.Key, _ text: String?, _ style: String = "") {
    if let text { add(name, [text], style) }
  }

  private mutating func add(_ name: Words.Key, _ lines: [String], _ style: String = "") {
    rows.append(Row(name: words[name], lines: lines, style: style))
  }

  private mutating func addQuestion(_ round: Round) {
    let question = round.question
    add(.minutesQuestion, question.text, "question")
    let labels = question.choices.compactMap(question.label)
    add(.minutesAnswers, labels.map { "\u{2068}\($0)\u{2069}" })
    add(.minutesPreset, round.preset.map { words[$0.word] })
    add(.minutesRule, question.ruleText(in: words))
    add(.minutesNumbers, words[round.isHiddenAsAsked ? .minutesHidden : .minutesShown])
    add(.minutesOpened, Self.time(round.openedSeconds))
    add(.minutesClosed, round.closedSeconds.map(Self.time))
  }

  private mutating func addNumbers(_ round: Round, _ tally: Tally, _ outcome: Outcome) {
    let (question, numbers) = (round.question, round.numbers)
    add(.minutesBallots, lines(tally, question))
    if let byHand = numbers.byHand {
      add(.minutesByHand, lines(byHand, question))
      add(.minutesTogether, lines(outcome.counted, question))
    }
    let present = question.isRollCall ? outcome.counted.yes : numbers.present
    add(.minutesPresent, present?.grouped ?? words[.minutesNotEntered])
    add(.minutesEntitled, numbers.entitled?.grouped ?? words[.minutesNotEntered])
    add(
      .minutesCodes,
      round.codesIssued.map { issued in
        words.text(
          .minutesCodesUsed, ["used": tally.total.grouped, "issued": issued.grouped])
      })
  }

  /// A line for each choice, and their sum.
  private func lines(_ tally: Tally, _ question: Question) -> [String] {
    let counts = question.choices.map { choice in
      "\u{2068}\(question.label(of: choice) ?? "")\u{2069}: \(tally[choice].grouped)"
    }
    return counts + [words.text(.minutesTotal, ["count": tally.total.grouped])]
  }

  private mutating func addOutcome(_ outcome: Outcome, _ round: Round) {
    add(.minutesThreshold, outcome.needed(in: words))
    let verdict = outcome.verdict.map { words[$0.word] }
    add(.minutesVerdict, verdict ?? outcome.missing(in: words), "verdict")
    let chairsWord = outcome.isChairsWord ? round.chairsWord : nil
    add(
      .minutesChair, chairsWord.flatMap(round.question.label).map { "\u{2068}\($0)\u{2069}" })
    add(.minutesRemark, outcome.warning(round.numbers, in: words), "warning")
  }

  /// In UTC: the server does not know where the room is.
  private static func time(_ seconds: Int) -> String {
    let time = RoundResult.time(seconds).replacing("T", with: " ").replacing("Z", with: " UTC")
    return "\u{2066}\(time)\u{2069}"
  }

  // MARK: As text

  /// Plain text in UTF-8: lines that end with a line feed, a name and what belongs to it in each.
  var text: String {
    let all = rows.map { "\($0.name): \($0.lines.joined(separator: " · "))" }
    let done = steps.map { "\($0.name)  \($0.lines.joined())" }
    let lines = [title, ""] + all + ["", "\(words[.minutesSteps]):"] + done
    return lines.map { "\(Self.line($0))\n" }.joined()
  }

  /// On one line, and without the marks that keep directions of writing apart on a page.
  private static func line(_ text: String) -> String {
    let shown = text.filter { !"\u{2066}\u{2068}\u{2069}".contains($0) }
    return shown.split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  // MARK: As a page

  /// By the names that the template has for it.
  var values: [String: String] {
    [
      "title": title,
      "rows": html(rows, Self.row),
      "steps": html(steps, Self.step),
    ]
  }

  private func html(_ rows: [Row], _ template: Template) -> String {
    let bytes = rows.flatMap {
      template.render([
        "name": $0.name, "text": $0.lines.joined(separator: "\n"), "style": $0.style,
        "direction": $0.style == "question" ? #"dir="auto""# : "",
      ])
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let names: Set = ["name", "text", "style", "direction"]

  // They have no mistake: they are made with the first minutes, in every test of them.
  private static let row = try! Template(
    Array(
      #"<div class="{{style}}"><dt>{{name}}</dt><dd {{{direction}}}>{{text}}</dd></div>\#n"#.utf8),
    file: "", names: names)
  private static let step = try! Template(
    Array(#"<li><time dir="ltr">{{name}}</time> {{text}}</li>\#n"#.utf8), file: "", names: names)
}

extension Preset {
  fileprivate var word: Words.Key {
    switch self {
    case .quick: .presetQuick
    case .talk: .presetTalk
    case .formal: .presetFormal
    }
  }
}
