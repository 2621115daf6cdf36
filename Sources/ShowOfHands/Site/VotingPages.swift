// The pages: their HTML is in Views, what they load is in Public. All addresses in them are relative.
//
//   vote.html    vote.js shows what the ballot says, kept.js keeps a vote until it is counted; where
//                there is need, deliver.js brings it to the server, ask.js asks what the server
//                knows when the page was away, and outcome.js makes bars of the buttons;
//                where votes come with codes, codes.js has those of the phone (codes.html)
//   result.html  result.js shows what the host wants on the big screen, percentages.js makes
//                percentages of counts; of a round that is closed, fingerprint.js shows what binds
//                it; with the first key, remote.js and keys.js make of a clicker a part of the desk
//   both         page.js (the question, the fit on the screen), updates.js (the event stream); while
//                a countdown runs, countdown.js; where a vote has a rule, verdict.js; where servers
//                share a ledger, shared.js, and when that may have lost a vote, resend.js
//   minutes.html a round on paper
//
// What they say is in Views/words, a file for each language. The words that a page's scripts use stand
// in the page; those that few need are asked for (wording.js): `words/<group>.json`.
//
// Over HTTP/1.1 a browser opens only six connections to a host, so its tabs share one stream. The
// tab opened or looked at last leads: it holds the stream and passes the events on. Each message
// carries its sender's claim, and the lowest when the sender leaves. Who hears a higher claim
// follows; who hears a lower one opens a stream or, when leading, says its own claim again. (Web
// Locks could elect a leader too, but are missing on http://192.168.x.y, where people vote.) While
// no event comes through, as behind a proxy that holds streams back, the leader asks for the numbers
// (poll.js). A stream counts as working with its first event: the server speaks first. A browser
// with a voting page among its tabs asks for its one stream as a phone.

import HTTPServer
import Templates
import Voting

/// The pages, read once at start.
struct VotingPages: Sendable {
  let languages: Languages
  private let votePage: LocalizedTemplate
  private let resultPage: LocalizedTemplate
  private let errorPage: LocalizedTemplate
  private let minutesPage: LocalizedTemplate
  private let codeCards: CodeCardsView

  private let ballots: BallotPolicy

  /// - Parameters:
  ///   - folder: where the templates are.
  ///   - languages: those that the pages are in.
  ///   - ballots: where every press makes a new one, the server cannot say what a visitor voted.
  /// - Throws: `TemplateError` for a file that is missing or has a mistake.
  init(
    folder: String, languages: Languages, ballots: BallotPolicy = .one
  ) throws(TemplateError) {
    self.languages = languages
    self.ballots = ballots
    votePage = try LocalizedTemplate(
      contentsOf: "\(folder)/vote.html",
      names: RoundWords.names.union([
        "ballots", "hint", "choice", "offered", "attributes", "ownReceipt",
        "ballot", "yesState", "noState",
        "abstainState",
        "notice", "noticeLabel", "noticeRest", "say",
      ]), wordsForScripts: ["state", "phone"], in: languages)
    resultPage = try LocalizedTemplate(
      contentsOf: "\(folder)/result.html", names: RoundWords.names.union(BigScreen.names),
      wordsForScripts: ["state", "screen"], in: languages)
    errorPage = try LocalizedTemplate(
      contentsOf: "\(folder)/error.html", names: ["title", "message", "root"], in: languages)
    minutesPage = try LocalizedTemplate(
      contentsOf: "\(folder)/minutes.html", names: ["title", "rows", "steps"], in: languages)
    codeCards = try CodeCardsView(folder: folder, languages: languages)
  }

  /// - Parameters:
  ///   - round: `nil` before the first.
  ///   - announcement: the host's line; empty: nothing.
  ///   - choice: what the visitor's ballot says, or where there is one for every press, what the
  ///     press said that led here.
  ///   - offered: what a link would have voted, that did not count: the page points at that button.
  ///   - cards: the codes of the visitor's phone, where votes come with one.
  ///   - ballot: for a visitor who came without one, the key that was issued with this page.
  ///   - receipts: `nil` where ballots have none.
  ///   - isUnknown: what the ballot says cannot be asked now.
  ///   - id: of what a shared ledger said.
  ///   - isCookieRefused: `choice` was counted for a browser that did not keep its cookie. Its next
  ///     vote would be a new ballot, so the page takes none.
  ///   - now: in milliseconds since 1970.
  ///   - words: in the visitor's language; `nil`: in the room's.
  func vote(
    _ round: DisclosedRound?, announcement: String = "", choice: Choice?, offered: Choice? = nil,
    cards: CodeCards? = nil, ballot: BallotKey? = nil, receipts: OwnReceipt? = nil,
    isUnknown: Bool = false, id: String? = nil, isCookieRefused: Bool = false,
    now: Int = BallotBox.millisecondsSince1970(), in words: Words? = nil
  ) -> [UInt8] {
    let words = words ?? languages.room
    let isOpen = round?.round.isOpen == true
    let offered = choice == offered || !isOpen ? nil : offered
    let notice = VoteNotice(
      round, choice: choice, offered: offered, isCookieRefused: isCookieRefused, ballots: ballots,
      words: words)
    var values = RoundWords(round, waiting: .welcome, now: now, words).values
    values["say"] = announcement
    values["ballots"] = ballots.rawValue
    values["hint"] = words[ballots.hint]
    values["choice"] = choice?.rawValue ?? ""
    values["offered"] = offered?.rawValue ?? ""
    // A key is digits, letters and a full stop.
    values["ballot"] = ballot.map { #"<input type="hidden" name="ballot" value="\#($0)">"# } ?? ""
    let receipt = receipts?.receipt?.description ?? ""
    // Letters and digits: nothing of it wants to be escaped.
    let attributes: KeyValuePairs = [
      "cookie": isCookieRefused ? "refused" : "", "card": cards?.name ?? "",
      "half": receipts?.serverHalf.sixteenDigits ?? "", "receipt": receipt,
      "id": id ?? "", "unknown": isUnknown ? "true" : "",
    ]
    values["attributes"] =
      attributes.filter { !$0.value.isEmpty }.map { " data-\($0.key)=\"\($0.value)\"" }.joined()
    values["ownReceipt"] = receipt.isEmpty || choice == nil ? "" : Self.html(receipt, words)
    if let cards {
      values["ballot"] = codeCards.html(cards, round?.round.question, in: words)
    }
    for button in Choice.allCases {
      var state = choice.map { [#"aria-pressed="\#(button == $0)""#] } ?? []
      if button == offered { state.append("data-offered") }
      if !isOpen || isCookieRefused { state.append("disabled") }
      if let question = round?.round.question, question.label(of: button) == nil {
        state.append("hidden")
      }
      values["\(button)State"] = state.joined(separator: " ")
    }
    values["notice"] = notice.text
    values["noticeLabel"] = notice.label
    values["noticeRest"] = notice.rest
    return votePage.render(values, in: words)
  }

  /// The line with the voter's receipt, which `Public/receipt.js` makes otherwise.
  private static func html(_ receipt: String, _ words: Words) -> String {
    let line = receiptLine.render([
      "direction": words[.direction], "own": words.text(.ownReceipt, ["receipt": receipt]),
      "alone": words[.receiptAlone],
    ])
    return String(decoding: line, as: UTF8.self)
  }

  // It has no mistake: it is made with the first receipt, in every test of one.
  private static let receiptLine = try! Template(
    Array(
      #"<p id="receipt" dir="{{direction}}">{{own}} <noscript>{{alone}}</noscript></p>"#.utf8),
    file: "", names: ["direction", "own", "alone"])

  func result(_ screen: BigScreen) -> [UInt8] { resultPage.render(screen.values, in: screen.words) }

  /// - Parameter words: in the reader's language.
  func minutes(_ minutes: Minutes, in words: Words) -> [UInt8] {
    minutesPage.render(minutes.values, in: words)
  }

  /// - Parameter path: of the request, as the browser wrote it, so not decoded; a query may follow.
  ///   The page's addresses lead from there to the top of the site, wherever a proxy has put that.
  /// - Parameter words: in the reader's language; `nil`: in the room's.
  func error(_ error: HTTPError, path: String, in words: Words? = nil) -> [UInt8] {
    let words = words ?? languages.room
    let path = path.utf8.prefix { $0 != UInt8(ascii: "?") }
    let depth = path.count { $0 == UInt8(ascii: "/") } - 1
    return errorPage.render(
      [
        "title": words.title(of: error.status), "message": words.sentence(of: error),
        "root": depth > 0 ? String(repeating: "../", count: depth) : "./",
      ], in: words)
  }
}
