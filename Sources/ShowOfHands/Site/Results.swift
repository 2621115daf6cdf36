import HTTPServer
import Voting

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a round asks, as pages and scripts see it.
struct RoundState: Encodable {
  let round: Int
  let question: String
  let yesLabel: String
  let noLabel: String
  let open: Bool

  init(_ round: Round) {
    self.round = round.number
    question = round.question.text
    yesLabel = round.question.yesLabel
    noLabel = round.question.noLabel
    open = round.isOpen
  }
}

/// A round with its numbers, as it leaves the program: in JSON, in CSV and in words.
struct RoundResult: Encodable {
  let state: RoundState
  let yes: Int
  let no: Int
  /// In UTC, as ISO 8601 has it.
  let opened: String
  /// `nil` while the round takes votes.
  let closed: String?
  /// The screens connected now, where that is known.
  var connected: Int?

  init(_ round: Round, _ tally: Tally, connected: Int? = nil) {
    state = RoundState(round)
    yes = tally.yes
    no = tally.no
    opened = Self.time(round.openedSeconds)
    closed = round.closedSeconds.map(Self.time)
    self.connected = connected
  }

  private static func time(_ seconds: Int) -> String {
    Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
  }

  // MARK: JSON

  private enum Key: CodingKey { case yes, no, opened, closed, connected }

  func encode(to encoder: any Encoder) throws {
    try state.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(yes, forKey: .yes)
    try container.encode(no, forKey: .no)
    try container.encode(opened, forKey: .opened)
    try container.encodeIfPresent(closed, forKey: .closed)
    try container.encodeIfPresent(connected, forKey: .connected)
  }

  static func json(_ value: some Encodable) -> String {
    // Strings, whole numbers and truth values always encode.
    try! JSON.text(value)
  }

  // MARK: CSV

  /// RFC 4180, section 3.
  static let csvType = MediaType("text/csv; charset=utf-8; header=present")

  /// A table with a header line (RFC 4180). Its times are in UTC and say so (ISO 8601).
  static func csv(_ results: [RoundResult]) -> String {
    let header = "round,question,yes label,no label,yes,no,total,opened,closed"
    return ([header] + results.map(\.csvLine)).map { $0 + "\r\n" }.joined()
  }

  private var csvLine: String {
    let texts = [state.question, state.yesLabel, state.noLabel].map(Self.quoted)
    let numbers = [yes, no, yes + no].map(String.init)
    return ([String(state.round)] + texts + numbers + [opened, closed ?? ""]).joined(separator: ",")
  }

  /// In quotes. A spreadsheet would run a text that starts like a formula, so that gets an
  /// apostrophe, which it shows as nothing.
  private static func quoted(_ text: String) -> String {
    let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
    return "\"" + (isFormula ? "'" : "") + text.replacing("\"", with: "\"\"") + "\""
  }

  // MARK: Words

  /// For a terminal: nothing that stands in a file makes it do anything.
  var words: String {
    let texts = [state.question, state.yesLabel, state.noLabel].map {
      printable($0, maxCharacters: DisplayText.maxBytes)
    }
    return "Round \(state.round)\(state.open ? ", open" : ""): \(texts[0])\n"
      + "  \(texts[1]): \(yes), \(texts[2]): \(no), together \(yes + no)"
  }
}

/// Several rounds, oldest first.
struct Results: Encodable {
  let rounds: [RoundResult]

  init(_ counts: [RoundTally]) {
    rounds = counts.map { RoundResult($0.round, $0.tally) }
  }
}
