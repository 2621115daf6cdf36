import HTTPServer
import Voting

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A round with its numbers, as far as they may be known, as it leaves the program: in JSON, in CSV
/// and in words.
struct RoundResult: Encodable {
  let disclosed: DisclosedRound?
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
