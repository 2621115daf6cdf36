import HTTPServer
import Voting

extension RoundResult {
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
}
