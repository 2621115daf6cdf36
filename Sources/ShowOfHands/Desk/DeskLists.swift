import Templates
import Voting

/// The lists behind “More” on the desk, for a browser without scripts: where phones join, what was
/// asked, and what was done. They are at an address of their own: with scripts,
/// `Public/desk-more.js` and `desk-archive.js` make them when they are opened.
struct DeskLists: Sendable {
  private let address: LocalizedTemplate
  private let round: LocalizedTemplate
  private let entry: LocalizedTemplate

  /// The newest that are told; the files for download have all.
  static let maxRounds = 100

  /// - Parameters:
  ///   - folder: where the templates are, one for an item of each list.
  ///   - languages: those that the page is in.
  /// - Throws: `TemplateError` for a file that is missing or has a mistake.
  init(folder: String, languages: Languages) throws(TemplateError) {
    address = try LocalizedTemplate(
      contentsOf: "\(folder)/desk-address.html",
      names: [
        "root", "url", "note", "withVisit", "withoutVisit", "isChosen", "notChosen",
      ], in: languages)
    round = try LocalizedTemplate(
      contentsOf: "\(folder)/desk-round.html",
      names: [
        "root", "number", "heading", "question", "yesLabel", "noLabel", "abstainLabel",
        "yesCount", "noCount", "abstainCount", "yesPercent", "noPercent", "withNumbers",
        "withoutNumbers", "withoutNo", "withoutAbstain", "outcome", "verdict",
      ], in: languages)
    entry = try LocalizedTemplate(
      contentsOf: "\(folder)/desk-record.html", names: ["at", "step"], in: languages)
  }

  static let none = ["lists": "", "addresses": "", "archive": "", "record": ""]

  /// By the names that the desk's page has for them, in HTML.
  func values(of state: DeskState, root: String, in words: Words) -> [String: String] {
    let addresses = state.surroundings.joining.listed(chosen: state.room.address)
    return [
      "lists": "open",
      "addresses": html(addresses) {
        address.render(
          Self.values(of: $0, chosen: state.address, root: root, words), in: words)
      },
      "archive": html(state.archive.suffix(Self.maxRounds).reversed()) {
        round.render(Self.values(of: $0, root: root, words), in: words)
      },
      "record": html(state.standing.record.reversed()) {
        entry.render(Self.values(of: $0, words), in: words)
      },
    ]
  }

  private func html<Items: Sequence>(_ items: Items, _ render: (Items.Element) -> [UInt8]) -> String
  {
    String(decoding: items.flatMap(render), as: UTF8.self)
  }

  // MARK: Values

  private static func hidden(_ isHidden: Bool) -> String { isHidden ? "hidden" : "" }

  private static func values(
    of address: Joining.Listed, chosen: String, root: String, _ words: Words
  ) -> [String: String] {
    let isChosen = address.url == chosen
    return [
      "root": root, "url": address.url, "note": words.text(of: address.remarks),
      "withVisit": hidden(address.isUsed), "withoutVisit": hidden(!address.isUsed),
      "isChosen": hidden(isChosen), "notChosen": hidden(!isChosen),
    ]
  }

  private static func values(
    of archived: DisclosedRound, root: String, _ words: Words
  ) -> [String: String] {
    let (question, tally) = (archived.round.question, archived.tally)
    let percentages = Percentages(tally ?? Tally())
    let outcome = OutcomeWords(archived, in: words)
    return [
      "root": root, "number": "\(archived.round.number)",
      "heading": words.text(
        .archived,
        [
          "round": "\(archived.round.number)", "times": time(archived.round.openedSeconds),
          "count": archived.voted.grouped,
        ]),
      "question": question.text, "yesLabel": question.yesLabel, "noLabel": question.noLabel,
      "abstainLabel": question.abstainLabel ?? "",
      "yesCount": tally?.yes.grouped ?? "", "noCount": tally?.no.grouped ?? "",
      "abstainCount": tally?.abstain.grouped ?? "",
      "yesPercent": percentages.yes, "noPercent": percentages.no,
      "withNumbers": hidden(tally != nil), "withoutNumbers": hidden(tally == nil),
      "withoutNo": hidden(question.isRollCall),
      "withoutAbstain": hidden(question.label(of: .abstain) == nil),
      "outcome": outcome.html, "verdict": outcome.verdict?.rawValue ?? "",
    ]
  }

  private static func values(of entry: RecordEntry, _ words: Words) -> [String: String] {
    let step = words.text(of: entry.kind)
    let inRound = entry.round.map { words.text(.roundStep, ["round": "\($0)", "step": step]) }
    return ["at": time(entry.seconds), "step": inRound ?? step]
  }

  /// The server does not know where the browser is.
  private static func time(_ seconds: Int) -> String {
    RoundResult.time(seconds).replacing("T", with: " ").replacing("Z", with: " UTC")
  }
}
