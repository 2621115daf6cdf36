// The pages: their HTML is in Views, what they load is in Public. All addresses in them are relative.
//
//   vote.html    vote.js shows what the ballot says, kept.js keeps a vote until it is counted; where
//                there is need, deliver.js brings it to the server, and ask.js asks what the server
//                knows when the page was away
//   result.html  result.js shows the numbers, percentages.js makes percentages of them
//   both         page.js (the question, the fit on the screen), updates.js (the event stream)
//
// Over HTTP/1.1 a browser opens only six connections to a host, so its tabs share one stream. The
// tab opened or looked at last leads: it holds the stream and passes the events on. Each message
// carries its sender's claim, and the lowest when the sender leaves. Who hears a higher claim
// follows; who hears a lower one opens a stream or, when leading, says its own claim again. (Web
// Locks could elect a leader too, but are missing on http://192.168.x.y, where people vote.) While
// no event comes through, as behind a proxy that holds streams back, the leader asks for the numbers
// (poll.js). A stream counts as working with its first event: the server speaks first.

import HTTPServer
import Templates
import Voting

/// The pages, read once at start.
struct VotingPages: Sendable {
  private let votePage: Template
  private let resultPage: Template
  private let errorPage: Template

  private let ballots: BallotPolicy

  /// - Parameters:
  ///   - folder: where the templates are.
  ///   - ballots: where every press makes a new one, the server cannot say what a visitor voted.
  /// - Throws: `TemplateError` for a file that is missing or has a mistake.
  init(folder: String, ballots: BallotPolicy = .one) throws(TemplateError) {
    self.ballots = ballots
    let round: Set = ["question", "yesLabel", "noLabel", "round", "open"]
    votePage = try Template(
      contentsOf: "\(folder)/vote.html",
      names: round.union([
        "ballots", "choice", "offered", "cookie", "ballot", "disabled", "notice", "noticeLabel",
        "noticeRest",
      ]))
    resultPage = try Template(
      contentsOf: "\(folder)/result.html",
      names: round.union(
        ["yesCount", "noCount", "total", "yesPercent", "noPercent", "connected"]))
    errorPage = try Template(
      contentsOf: "\(folder)/error.html", names: ["title", "message", "root"])
  }

  /// - Parameters:
  ///   - choice: what the visitor's ballot says, or where there is one for every press, what the
  ///     press said that led here.
  ///   - offered: what a link would have voted, that did not count: the page points at that button.
  ///   - ballot: for a visitor who came without one, the key that was issued with this page.
  ///   - isCookieRefused: `choice` was counted for a browser that did not keep its cookie. Its next
  ///     vote would be a new ballot, so the page takes none.
  func vote(
    _ round: Round?, choice: Choice?, offered: Choice? = nil, ballot: BallotKey? = nil,
    isCookieRefused: Bool = false
  ) -> [UInt8] {
    let notice = Notice(
      round, choice: choice, offered: offered, isCookieRefused: isCookieRefused)
    var values = Self.values(of: round)
    values["ballots"] = ballots.rawValue
    values["choice"] = choice?.rawValue ?? ""
    values["offered"] = (choice == offered || round?.isOpen != true) ? "" : offered?.rawValue ?? ""
    values["cookie"] = isCookieRefused ? "refused" : ""
    // A key is digits, letters and a full stop.
    values["ballot"] = ballot.map { #"<input type="hidden" name="ballot" value="\#($0)">"# } ?? ""
    values["disabled"] = round?.isOpen == true && !isCookieRefused ? "" : "disabled"
    values["notice"] = notice.text
    values["noticeLabel"] = notice.label
    values["noticeRest"] = notice.rest
    return votePage.render(values)
  }

  func result(_ snapshot: Snapshot, connected: Int) -> [UInt8] {
    // A hidden round shows how many have voted, and nothing of how.
    let tally = snapshot.disclosed?.tally ?? Tally()
    let percentages = Percentages(tally)
    var values = Self.values(of: snapshot.round)
    values["yesCount"] = tally.yes.grouped
    values["noCount"] = tally.no.grouped
    values["total"] = (snapshot.disclosed?.voted ?? 0).grouped
    values["yesPercent"] = percentages.yes
    values["noPercent"] = percentages.no
    values["connected"] = connected.grouped
    return resultPage.render(values)
  }

  /// - Parameter path: of the request, as the browser wrote it, so not decoded; a query may follow.
  ///   The page's addresses lead from there to the top of the site, wherever a proxy has put that.
  func error(_ error: HTTPError, path: String) -> [UInt8] {
    let path = path.utf8.prefix { $0 != UInt8(ascii: "?") }
    let depth = path.count { $0 == UInt8(ascii: "/") } - 1
    return errorPage.render([
      "title": error.status.reason, "message": error.message,
      "root": depth > 0 ? String(repeating: "../", count: depth) : "./",
    ])
  }

  private static func values(of round: Round?) -> [String: String] {
    [
      "question": round?.question.text ?? "The first question comes here.",
      "yesLabel": round?.question.yesLabel ?? "Yes",
      "noLabel": round?.question.noLabel ?? "No",
      "round": round.map { String($0.number) } ?? "",
      "open": round?.isOpen == true ? "open" : "closed",
    ]
  }
}

/// What the voting page says below its buttons: a sentence that may quote one button's label.
/// `Public/vote.js` says the same in the same words.
private struct Notice {
  var text = ""
  var label = ""
  var rest = ""

  init(_ round: Round?, choice: Choice?, offered: Choice?, isCookieRefused: Bool) {
    guard let round else {
      text = "You are in. The first question comes here."
      return
    }
    if !round.isOpen { text = "Voting is closed." }
    if let offered, offered != choice, round.isOpen {
      text =
        choice == nil
        ? "Nothing is counted yet. To vote, press "
        : "The link changed nothing, your vote is counted as before. To change it, press "
      label = round.label(of: offered)
    } else if let choice {
      text += (text.isEmpty ? "" : " ") + "Thank you, your vote is counted: "
      label = round.label(of: choice)
    }
    if isCookieRefused {
      rest =
        (label.isEmpty ? "" : ". ")
        + "Your browser keeps no cookies, so you cannot change it."
    }
  }
}

extension Round {
  fileprivate func label(of choice: Choice) -> String { question.label(of: choice) ?? "" }
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
