import Templates
import Voting

/// The codes of a phone on its voting page.
struct CodeCards {
  /// The one that it votes with first.
  var held: [(code: VotingCode, choice: Choice?)] = []
  /// What was typed and not accepted.
  var typed = ""
  /// Why it was not.
  var problem = ""

  /// What the page's scripts know it by: other buttons, another ballot.
  var name: String { held.first?.code.description ?? "none" }
}

/// Makes of them what stands above the buttons, in HTML.
struct CodeCardsView: Sendable {
  private let entry: LocalizedTemplate
  private let cards: LocalizedTemplate
  private let card: LocalizedTemplate

  /// - Parameter folder: where the templates are.
  /// - Throws: `TemplateError` for a file that is missing or has a mistake.
  init(folder: String, languages: Languages) throws(TemplateError) {
    let typing: Set = ["typed", "problem"]
    entry = try LocalizedTemplate(
      contentsOf: "\(folder)/codes-none.html", names: typing, in: languages)
    cards = try LocalizedTemplate(
      contentsOf: "\(folder)/codes.html", names: typing.union(["code", "cards", "open"]),
      in: languages)
    card = try LocalizedTemplate(
      contentsOf: "\(folder)/codes-card.html",
      names: ["code", "shown", "choice", "answer", "current"], in: languages)
  }

  /// - Parameter question: `nil` before the first round.
  func html(_ shown: CodeCards, _ question: Question?, in words: Words) -> String {
    let typing = ["typed": shown.typed, "problem": shown.problem]
    guard let current = shown.held.first?.code else {
      return String(decoding: entry.render(typing, in: words), as: UTF8.self)
    }
    let items = shown.held.flatMap { code, choice in
      card.render(
        [
          "code": "\(code)", "shown": code.grouped, "choice": choice?.rawValue ?? "",
          "answer": choice.flatMap { question?.label(of: $0) } ?? "",
          "current": code == current ? #"aria-current="true""# : "",
        ], in: words)
    }
    let values = [
      "code": "\(current)", "cards": String(decoding: items, as: UTF8.self),
      "open": shown.problem.isEmpty ? "" : "open",
    ]
    return String(
      decoding: cards.render(typing.merging(values) { $1 }, in: words), as: UTF8.self)
  }
}
