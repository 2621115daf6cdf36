import HTTPServer
import Templates
import Voting

/// The pages, read once at start.
struct VotingPages: Sendable {
  private let votePage: Template
  private let resultPage: Template
  private let errorPage: Template

  /// - Parameter folder: where the templates are.
  /// - Throws: `TemplateError` for a file that is missing or has a mistake.
  init(folder: String) throws(TemplateError) {
    let round: Set = ["question", "yesLabel", "noLabel", "round", "open"]
    votePage = try Template(
      contentsOf: "\(folder)/vote.html", names: round.union(["notice", "choice"]))
    resultPage = try Template(
      contentsOf: "\(folder)/result.html",
      names: round.union(
        ["yesCount", "noCount", "total", "yesPercent", "noPercent", "connected"]))
    errorPage = try Template(contentsOf: "\(folder)/error.html", names: ["title", "message"])
  }

  /// - Parameters:
  ///   - answer: what the browser's ballot says.
  ///   - offered: what a link said that was not counted; its button is marked.
  ///   - ballot: the key set with this page, for a browser that keeps no cookies.
  ///   - isCookieRefused: the vote was counted, and the browser brought no cookie back.
  func vote(
    _ round: Round, answer: Answer?, offered: Answer? = nil, ballot: BallotKey? = nil,
    isCookieRefused: Bool = false
  ) -> [UInt8] {
    var values = Self.values(of: round)
    values["choice"] = answer?.rawValue ?? ""
    values["notice"] =
      switch answer {
      case _ where !round.isOpen: "Voting is closed."
      case nil: offered == nil ? "" : "Nothing is counted yet. Press a button."
      case .yes: "Thank you, your vote is counted: \(round.question.yesLabel)"
      case .no: "Thank you, your vote is counted: \(round.question.noLabel)"
      }
    return votePage.render(values)
  }

  func result(_ snapshot: Snapshot, connected: Int) -> [UInt8] {
    let tally = snapshot.tally
    let yesPercent = tally.yesPercent
    var values = Self.values(of: snapshot.round)
    values["yesCount"] = tally.yes.grouped
    values["noCount"] = tally.no.grouped
    values["total"] = tally.total.grouped
    values["yesPercent"] = String(yesPercent)
    values["noPercent"] = String(tally.total == 0 ? 0 : 100 - yesPercent)
    values["connected"] = connected.grouped
    return resultPage.render(values)
  }

  func error(_ error: HTTPError, path: String) -> [UInt8] {
    errorPage.render(["title": error.status.reason, "message": error.message])
  }

  private static func values(of round: Round) -> [String: String] {
    [
      "question": round.question.text,
      "yesLabel": round.question.yesLabel,
      "noLabel": round.question.noLabel,
      "round": String(round.number),
      "open": round.isOpen ? "open" : "closed",
    ]
  }
}

extension Tally {
  /// In whole percent, halves rounded up; the rest is no's. 0 where nobody has voted.
  var yesPercent: Int {
    total == 0 ? 0 : Int((Double(yes) / Double(total) * 100).rounded())
  }
}

extension Int {
  /// 1234567 as `1,234,567`, as the pages' scripts write it.
  var grouped: String {
    var text = ""
    for (place, digit) in String(self).reversed().enumerated() {
      if place > 0, place.isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }
}
