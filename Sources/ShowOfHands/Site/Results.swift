import HTTPServer
import Voting

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What the room is asked, as pages and scripts see it: the event `round`, and a part of every
/// result.
struct RoundState: Encodable {
  /// `nil` before the first round.
  private let round: DisclosedRound?
  /// In milliseconds since 1970, so that clients can correct their clocks; `nil` for the archive.
  private let now: Int?

  init(_ round: DisclosedRound?, now: Int?) {
    self.round = round
    self.now = now
  }

  private enum Key: CodingKey {
    case round, question, yesLabel, noLabel, abstainLabel, open, phase, hidden, closesAt, now, voted
    case rollCall, rule, chairDecides, fingerprint, receipts
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encodeIfPresent(now, forKey: .now)
    guard let disclosed = round else {
      try container.encodeNil(forKey: .round)
      try container.encode("waiting", forKey: .phase)
      try container.encode(false, forKey: .open)
      try container.encode(false, forKey: .hidden)
      return try container.encode(0, forKey: .voted)
    }
    let round = disclosed.round
    try container.encode(round.number, forKey: .round)
    try container.encode(round.question.text, forKey: .question)
    try container.encode(round.question.yesLabel, forKey: .yesLabel)
    // A roll call has one answer.
    try container.encodeIfPresent(round.question.label(of: .no), forKey: .noLabel)
    try container.encodeIfPresent(round.question.label(of: .abstain), forKey: .abstainLabel)
    try container.encode(round.isOpen, forKey: .open)
    try container.encode(round.phase.rawValue, forKey: .phase)
    try container.encode(round.isHidden, forKey: .hidden)
    try container.encodeIfPresent(round.closesAt, forKey: .closesAt)
    try container.encode(disclosed.voted, forKey: .voted)
    try container.encodeIfPresent(disclosed.fingerprint, forKey: .fingerprint)
    try container.encodeIfPresent(disclosed.listed, forKey: .receipts)
    if round.question.isRollCall { try container.encode(true, forKey: .rollCall) }
    if round.question.isForTheChair { try container.encode(true, forKey: .chairDecides) }
    if let outcome = disclosed.outcome {
      try OutcomeState(outcome, round).encode(to: encoder)
    } else if round.question.rule != .none {
      // Known before anybody votes.
      try container.encode(round.question.rule.rawValue, forKey: .rule)
    }
  }
}

/// What came of a round by its rule, from its close on: a part of the event `round` and of every
/// result. What is not there is `null`.
struct OutcomeState: Encodable {
  private let outcome: Outcome
  private let round: Round

  init(_ outcome: Outcome, _ round: Round) {
    self.outcome = outcome
    self.round = round
  }

  private enum Key: CodingKey {
    case rule, base, needed, present, entitled, byHand, counted, verdict, chair, missing
    case exceedsPresent
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(outcome.rule.rawValue, forKey: .rule)
    try container.encode(outcome.base, forKey: .base)
    try container.encode(outcome.needed, forKey: .needed)
    try container.encode(round.numbers.present, forKey: .present)
    try container.encode(round.numbers.entitled, forKey: .entitled)
    let byHand = round.numbers.byHand.map { TallyCounts($0, of: round.question) }
    try container.encode(byHand, forKey: .byHand)
    if byHand != nil {
      try container.encode(TallyCounts(outcome.counted, of: round.question), forKey: .counted)
    }
    try container.encode(outcome.verdict?.rawValue, forKey: .verdict)
    if outcome.isChairsWord {
      try container.encode(round.chairsWord?.rawValue, forKey: .chair)
    }
    try container.encodeIfPresent(outcome.missing?.rawValue, forKey: .missing)
    if outcome.exceedsPresent { try container.encode(true, forKey: .exceedsPresent) }
  }
}

/// The numbers of a round, by the choices that it has.
struct TallyCounts: Encodable {
  private let tally: Tally
  private let question: Question

  /// `nil` while they are hidden.
  init?(_ disclosed: DisclosedRound) {
    guard let tally = disclosed.tally else { return nil }
    self.init(tally, of: disclosed.round.question)
  }

  init(_ tally: Tally, of question: Question) {
    self.tally = tally
    self.question = question
  }

  private enum Key: CodingKey { case yes, no, abstain }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(tally.yes, forKey: .yes)
    // As in the stream, by the choices that there are.
    if question.choices.contains(.no) { try container.encode(tally.no, forKey: .no) }
    if question.choices.contains(.abstain) { try container.encode(tally.abstain, forKey: .abstain) }
  }
}

/// A round with its numbers, as far as they may be known, as it leaves the program: in JSON, in CSV
/// and in words.
struct RoundResult: Encodable {
  private let disclosed: DisclosedRound?
  private let now: Int?
  /// The screens and phones connected now, where that is known.
  private let connected: Int?

  /// - Parameters:
  ///   - now: in milliseconds since 1970; `nil` for the archive.
  ///   - connected: the event streams that are open, where that is known.
  init(_ disclosed: DisclosedRound?, now: Int? = nil, connected: Int? = nil) {
    self.disclosed = disclosed
    self.now = now
    self.connected = connected
  }

  /// In UTC, as ISO 8601 has it.
  static func time(_ seconds: Int) -> String {
    Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
  }

  // MARK: JSON

  private enum Key: CodingKey { case preset, opened, closed, connected }

  func encode(to encoder: any Encoder) throws {
    try RoundState(disclosed, now: now).encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encodeIfPresent(connected, forKey: .connected)
    guard let disclosed else { return }
    try TallyCounts(disclosed)?.encode(to: encoder)
    try container.encodeIfPresent(disclosed.round.preset?.rawValue, forKey: .preset)
    try container.encode(Self.time(disclosed.round.openedSeconds), forKey: .opened)
    try container.encodeIfPresent(
      disclosed.round.closedSeconds.map(Self.time), forKey: .closed)
  }

  static func json(_ value: some Encodable) -> String {
    // Strings, whole numbers and truth values always encode.
    try! JSON.text(value)
  }

  // MARK: CSV

  /// RFC 4180, section 3.
  static let csvType = MediaType("text/csv; charset=utf-8; header=present")

  /// A table with a header line (RFC 4180). Its times are in UTC and say so (ISO 8601).
  /// - Parameter headings: of its columns; the columns are the same in every language.
  static func csv(_ results: [RoundResult], _ headings: [String] = englishHeadings) -> String {
    let header = headings.map { $0.contains(",") ? quoted($0) : $0 }.joined(separator: ",")
    return ([header] + results.compactMap(\.csvLine)).map { $0 + "\r\n" }.joined()
  }

  /// As terminals and scripts get them.
  static let englishHeadings = [
    "round", "question", "yes label", "no label", "yes", "no", "total", "opened", "closed",
    "abstain label", "abstain", "phase", "hidden", "rule", "base", "needed", "present", "entitled",
    "yes by hand", "no by hand", "abstain by hand", "verdict", "fingerprint",
  ]

  static func headings(in words: Words) -> [String] {
    let keys: [Words.Key] = [
      .exportRound, .exportQuestion, .exportYesLabel, .exportNoLabel, .exportYes, .exportNo,
      .exportTotal, .exportOpened, .exportClosed, .exportAbstainLabel, .exportAbstain,
      .exportPhase, .exportHidden, .exportRule, .exportBase, .exportNeeded, .exportPresent,
      .exportEntitled, .exportYesByHand, .exportNoByHand, .exportAbstainByHand, .exportVerdict,
      .exportFingerprint,
    ]
    return keys.map { words[$0] }
  }

  private var csvLine: String? {
    guard let disclosed else { return nil }
    let (round, tally) = (disclosed.round, disclosed.tally)
    let question = round.question
    let abstain = question.abstainLabel.flatMap { _ in tally?.abstain }
    let cells: [String] = [
      "\(round.number)", Self.quoted(question.text), Self.quoted(question.yesLabel),
      Self.quoted(question.noLabel), Self.cell(tally?.yes), Self.cell(tally?.no),
      "\(disclosed.voted)", Self.time(round.openedSeconds),
      round.closedSeconds.map(Self.time) ?? "", question.abstainLabel.map(Self.quoted) ?? "",
      Self.cell(abstain), round.phase.rawValue, "\(round.isHidden)",
      question.rule.rawValue,
    ]
    let rest = Self.cells(disclosed.outcome, round) + [disclosed.fingerprint ?? ""]
    return (cells + rest).joined(separator: ",")
  }

  /// Empty until the round is closed and its numbers may be known.
  private static func cells(_ outcome: Outcome?, _ round: Round) -> [String] {
    let numbers = outcome == nil ? Numbers() : round.numbers
    let byHand = numbers.byHand
    return [
      cell(outcome?.base), cell(outcome?.needed), cell(numbers.present), cell(numbers.entitled),
      cell(byHand?.yes), cell(byHand?.no), cell(byHand?.abstain),
      outcome?.verdict?.rawValue ?? "",
    ]
  }

  private static func cell(_ number: Int?) -> String { number.map(String.init) ?? "" }

  /// In quotes. A spreadsheet would run a text that starts like a formula, so that gets an
  /// apostrophe, which it shows as nothing.
  private static func quoted(_ text: String) -> String {
    let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
    return "\"" + (isFormula ? "'" : "") + text.replacing("\"", with: "\"\"") + "\""
  }

  // MARK: Words

  /// For a terminal: nothing that stands in a file makes it do anything.
  var words: String {
    guard let disclosed else { return "No question was asked." }
    let (round, question) = (disclosed.round, disclosed.round.question)
    func shown(_ text: String) -> String {
      printable(text, maxCharacters: DisplayText.maxBytes)
    }
    let numbers =
      disclosed.tally.map { tally in
        question.choices.map { "\(shown(question.label(of: $0) ?? "")): \(tally[$0])" }
          .joined(separator: ", ") + ", together \(disclosed.voted)"
      } ?? "hidden; voted: \(disclosed.voted)"
    return "Round \(round.number)\(round.isOpen ? ", open" : ""): \(shown(question.text))\n"
      + "  \(numbers)"
  }
}

/// Several rounds, oldest first.
struct Results: Encodable {
  let rounds: [RoundResult]

  init(_ rounds: [DisclosedRound]) {
    self.rounds = rounds.map { RoundResult($0) }
  }
}
