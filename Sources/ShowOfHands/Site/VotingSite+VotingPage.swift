import HTTPServer
import Voting

/// `/`, where people vote.
extension VotingSite {
  /// Gives a browser its ballot before it votes, so that even its first vote may be repeated.
  /// - Parameters:
  ///   - offered: what a link said that nobody has confirmed yet.
  ///   - typed: a code that was not accepted, or that nobody has confirmed yet.
  ///   - problem: why it was not accepted.
  func showVotingPage(
    _ request: Request, _ response: Response, offered: Choice? = nil, typed: String? = nil,
    problem: HTTPError? = nil
  ) async throws {
    let snapshot = ballotBox.snapshot
    let round = snapshot.disclosed
    let announcement = snapshot.room.announcement
    let words = pages.languages.words(for: request, response)
    let counted = offered == nil ? choiceJustCounted(request, in: round?.round) : nil
    if ballots == .codes {
      let held = codes.held(by: request)
      var ballots: [Ballot?] = []
      for code in held { ballots.append(await ballotBox.ballot(of: code)) }
      let cards = CodeCards(
        held: zip(held, ballots).map { ($0, $1?.choice) }, typed: typed ?? "",
        problem: problem.map(words.sentence) ?? "")
      let page = pages.vote(
        round, announcement: announcement, choice: cards.held.first?.choice ?? counted,
        offered: offered, cards: cards,
        receipts: held.first.flatMap { receipts(of: $0, ballots.first ?? nil) },
        isUnknown: !ballotBox.canTellBallots, id: snapshot.id, now: ballotBox.now(), in: words)
      response.send(page, as: .html)
    } else if let cookie = ballotCookie.find(in: request, of: ballotBox) {
      if cookie.isOld {
        response.fields.set(try ballotCookie.fields(setting: cookie.key, insteadOf: cookie))
      }
      let ballot = await ballotBox.ballot(of: cookie.key)
      let page = pages.vote(
        round, announcement: announcement, choice: ballots == .one ? ballot?.choice : counted,
        offered: offered, receipts: receipts(of: cookie.key, ballot),
        isUnknown: !ballotBox.canTellBallots, id: snapshot.id, now: ballotBox.now(), in: words)
      response.send(page, as: .html)
    } else if ballots == .one, let counted {
      let page = pages.vote(
        round, announcement: announcement, choice: counted, id: snapshot.id, isCookieRefused: true,
        now: ballotBox.now(), in: words)
      response.send(page, as: .html)
    } else {
      let key = ballotBox.issueKey()
      response.fields.set(try ballotCookie.fields(setting: key))
      let page = pages.vote(
        round, announcement: announcement, choice: counted, offered: offered, ballot: key,
        receipts: receipts(of: key, nil), id: snapshot.id, now: ballotBox.now(), in: words)
      response.send(page, as: .html)
    }
  }

  /// `nil` where ballots have none.
  private func receipts(of code: VotingCode, _ ballot: Ballot?) -> OwnReceipt? {
    guard ballotBox.givesReceipts else { return nil }
    return ballotBox.serverHalf(of: code).map {
      OwnReceipt(serverHalf: $0, receipt: ballot?.receipt)
    }
  }

  /// `nil` where ballots have none.
  private func receipts(of key: BallotKey, _ ballot: Ballot?) -> OwnReceipt? {
    guard ballotBox.givesReceipts else { return nil }
    return OwnReceipt(serverHalf: ballotBox.serverHalf(of: key), receipt: ballot?.receipt)
  }

  /// What was voted by a browser that was sent back here, where its cookie does not tell: it keeps
  /// none, or every press is a new ballot. Whoever was given this address by somebody else has not
  /// voted, and what was counted in another round is past.
  private func choiceJustCounted(_ request: Request, in round: Round?) -> Choice? {
    let query = request.query
    let round = round.map { "\($0.number)" }
    guard let choice = query["counted"].flatMap(Choice.init(rawValue:)),
      query["round"] ?? round == round, case .allowed = origins.judge(request)
    else { return nil }
    return choice
  }
}
