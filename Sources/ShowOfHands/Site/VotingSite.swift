import HTTPServer
import ServerSentEvents
import Voting

/// Every address of the program.
struct VotingSite: Sendable {
  let ballotBox: BallotBox
  let audience: Audience
  let pages: VotingPages
  let publicFolder: String
  let log: Log
  let logsRequests: Bool
  /// For the request log, and for who guesses codes.
  let trustedProxies: TrustedProxies
  /// The group of those who vote, in the audience.
  static let phones = "phones"
  /// One per browser, or a new one for every press.
  let ballots: BallotPolicy
  let origins: OriginRule
  let joining: Joining
  /// `nil` where nobody presents.
  let desk: Desk?
  /// To be set once it runs.
  let server = RunningServer()
  private let ballotCookie: BallotCookie
  let codes: CodeEntry

  /// - Parameter publicURL: where people reach it, if a proxy is in front.
  init(
    ballotBox: BallotBox, audience: Audience, pages: VotingPages, publicFolder: String,
    ballots: BallotPolicy, publicURL: PublicURL?, joining: Joining, desk: Desk? = nil, log: Log,
    logsRequests: Bool, trustedProxies: TrustedProxies = TrustedProxies()
  ) {
    self.ballotBox = ballotBox
    self.audience = audience
    self.pages = pages
    self.publicFolder = publicFolder
    self.ballots = ballots
    self.joining = joining
    self.desk = desk
    self.log = log
    self.logsRequests = logsRequests
    self.trustedProxies = trustedProxies
    origins = OriginRule(publicURL: publicURL)
    ballotCookie = BallotCookie(for: ballotBox, at: publicURL)
    codes = CodeEntry(
      ballotBox: ballotBox, cookie: CodeCookie(for: ballotBox, at: publicURL),
      guesses: CodeGuesses(), trustedProxies: trustedProxies)
  }

  func application() throws -> Application {
    var app = Application()
    app.log = log
    // A vote in a form, and what else pages post here.
    app.maxBodyBytes = 4 * 1024
    app.fields = securityHeaders()
    // What the rest of the site says is true now and may be false in a second.
    app.fields.set(.cacheControl, "no-store")
    if logsRequests { app.onResponse(requestLog(log, trusting: trustedProxies)) }

    // First what must be fastest: a vote has no use for the middleware that follows.
    let cast: Handler = { try await vote($0, $1) }
    app.get("/vote", cast)
    app.post("/vote", cast)

    app.use(serverSentEvents())
    app.get("/") { request, response in
      joining.note(visit: request)
      try await showVotingPage(request, response, typed: request.query["code"])
    }
    codeRoutes(&app)
    joinRoutes(&app, joining, ballotBox)
    app.get("/result", showBigScreen)
    app.get("/result.json") { request, response in
      if try wantsAllRounds(request) {
        try response.json(Results(ballotBox.standing.rounds))
      } else {
        try response.json(currentResult)
      }
    }
    app.get("/result.csv") { request, response in
      let all = try wantsAllRounds(request)
      let results = all ? Results(ballotBox.standing.rounds).rounds : [currentResult]
      response.set("Content-Disposition", #"attachment; filename="result.csv""#)
      let headings = RoundResult.headings(in: pages.languages.words(for: request, response))
      // Spreadsheets take a file for the machine's old character set without the mark.
      response.send("\u{FEFF}" + RoundResult.csv(results, headings), as: RoundResult.csvType)
    }
    minutesRoutes(&app)
    healthRoutes(&app)
    app.get("/metrics") { _, response in
      response.send(
        await Metrics(ballotBox, audience, await server.statistics).text, as: Metrics.mediaType)
    }
    app.on(.options, "/stream") { _, response in
      response.status = .noContent
      response.fields.set(Self.readableAnywhere)
      response.fields.set(["Allow": "GET, HEAD, OPTIONS"])
    }
    app.get("/stream") { request, response in
      response.set("Access-Control-Allow-Origin", "*")
      try response.sseSetup()
      try audience.join(response, group: request.query["as"] == "phone" ? Self.phones : nil)
    }
    publishingRoutes(&app)
    app.get("/newest.json") { _, response in try response.json(newestEvents) }
    app.get("/words/:group", sendWords)
    desk?.register(in: &app)
    app.use(try staticFiles(from: publicFolder, log: log))
    app.use(typedAddresses())

    app.onError { error, request, response in
      if request.isNavigation {
        let words = pages.languages.words(for: request, response)
        response.send(
          pages.error(error, path: String(request.encodedPath), in: words), as: .html)
      } else {
        response.send(Self.json(error).bytes, as: .json)
      }
    }
    return app
  }

  /// The words that scripts ask for when there is need: `words/<group>.json`.
  private func sendWords(_ request: Request, _ response: Response) async throws {
    guard
      let group = Self.wordsOnDemand.first(where: { "\($0).json" == request.parameters["group"] })
    else { throw HTTPError(.notFound, "There are no words of this name.") }
    response.send(pages.languages.words(for: request, response).json(group), as: .json)
  }

  static let wordsOnDemand = [
    "receipt", "countdown", "delivery", "keys", "error", "outcome", "address", "loss", "servers",
  ]

  private static func json(_ error: HTTPError) -> OrderedJSON {
    let json: OrderedJSON = ["code": .text(error.code)]
    return json.adding(error.detailMembers).adding([
      .init(name: "error", value: .text(error.message))
    ])
  }

  /// What a browser asks before a script of another site may read the stream with fields of its own
  /// (WHATWG Fetch, section 3.2.3). An old one takes the asterisk for a field's name.
  private static let readableAnywhere: Fields = [
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "*, Last-Event-ID, Cache-Control, Content-Type",
    "Access-Control-Max-Age": "600",
  ]

  // MARK: Voting

  /// All that does not wait is done by others, which are never made a part of this: what they work
  /// with would take its room in the frame of every vote that waits for the disk.
  private func vote(_ request: Request, _ response: Response) async throws {
    guard let press = try press(in: request, response) else { return }
    if press.isUnconfirmed { return try await offer(press.vote, request, response) }
    // Whoever asks for the fields alone has not voted.
    if request.method == .head { return try respond(to: press, nil, request, response) }
    let counted: CountedVote
    do throws(VoteError) {
      // Called from here: every function that waits on the way costs a vote a frame.
      counted = try await ballotBox.cast(
        press.vote.choice, key: press.cookie?.key ?? press.pageKey, round: press.vote.round,
        half: press.vote.half, code: press.code)
    } catch {
      throw try refusal(error, pageKey: press.pageKey)
    }
    try respond(to: press, counted, request, response)
  }

  /// A vote that somebody means, and whose it is: under the key of the browser's cookie, else of the
  /// page it comes from, else a new one. Where votes come with codes, they alone say it.
  private final class Press {
    let vote: VoteRequest
    /// Somebody followed a link, and has not pressed a button yet.
    let isUnconfirmed: Bool
    var cookie: BallotCookie.Found?
    var pageKey: BallotKey?
    /// The codes that the phone holds.
    var held: [VotingCode] = []
    var code: VotingCode?

    init(_ vote: VoteRequest, isUnconfirmed: Bool = false) {
      self.vote = vote
      self.isUnconfirmed = isUnconfirmed
    }
  }

  /// - Returns: `nil` where the response is something else than a vote's.
  @inline(never)
  private func press(in request: Request, _ response: Response) throws -> Press? {
    let vote: VoteRequest
    do throws(HTTPError) {
      vote = try VoteRequest(request)
    } catch {
      guard let location = TypedAddress.location(meantBy: request) else { throw error }
      try response.redirect(to: location, .permanentRedirect)
      return nil
    }
    switch origins.judge(request) {
    case .allowed: break
    case .unconfirmed: return Press(vote, isUnconfirmed: true)
    case .refused(let error): throw error
    }
    let press = Press(vote)
    let isCast = request.method != .head
    if ballots == .codes {
      press.held = codes.held(by: request)
      if isCast { press.code = try codes.code(vote.code, from: request, held: press.held) }
    } else {
      press.cookie = ballotCookie.find(in: request, of: ballotBox)
      if isCast, press.cookie == nil {
        press.pageKey = vote.ballot.flatMap { ballotBox.isValid($0) ? $0 : nil }
      }
    }
    return press
  }

  /// - Parameter counted: `nil` where nothing was.
  @inline(never)
  private func respond(
    to press: Press, _ counted: CountedVote?, _ request: Request, _ response: Response
  ) throws {
    if let counted { try keepKey(counted, press.cookie, pageKey: press.pageKey, response) }
    // With more than it can hold, the phone votes all the same.
    if let code = press.code { _ = try codes.keep(code, held: press.held, on: response) }
    if request.isNavigation {
      let isOnPage = press.cookie != nil && ballots == .one || !press.held.isEmpty
      return try response.redirect(to: isOnPage ? "./" : "./?\(press.vote.countedQuery)")
    }
    let choice = press.vote.choice
    if let receipt = counted?.receipt, press.vote.half != nil {
      // A choice's name and a receipt's letters need no escapes.
      response.send(#"{"vote":"\#(choice.rawValue)","receipt":"\#(receipt)"}"#, as: .json)
    } else {
      response.send(Self.counted(choice), as: .json)
    }
  }

  /// Has the browser keep the key that its vote was counted under.
  private func keepKey(
    _ counted: CountedVote, _ cookie: BallotCookie.Found?, pageKey: BallotKey?, _ response: Response
  ) throws {
    let renamed = cookie.flatMap { $0.isOld ? $0.key : nil }
    if let key = counted.newKey ?? pageKey ?? renamed {
      response.fields.set(try ballotCookie.fields(setting: key, insteadOf: cookie))
    }
  }

  /// The next try moves the ballot that this one may have made.
  @inline(never)
  private func refusal(_ error: VoteError, pageKey: BallotKey?) throws -> HTTPError {
    var refusal = HTTPError(error.reason)
    if let key = error.newKey ?? pageKey {
      refusal.fields.set(try ballotCookie.fields(setting: key))
    }
    return refusal
  }

  /// Shows who followed a link what it would say: nothing counts before a button is pressed.
  private func offer(_ vote: VoteRequest, _ request: Request, _ response: Response) async throws {
    if let round = vote.round, round != ballotBox.round?.number {
      throw HTTPError(BallotBoxError.otherRound)
    }
    try await showVotingPage(request, response, offered: vote.choice, typed: vote.code)
  }

  private static func counted(_ choice: Choice) -> [UInt8] {
    switch choice {
    case .yes: countedYes
    case .no: countedNo
    case .abstain: countedAbstain
    }
  }

  private static let countedYes = [UInt8](#"{"vote":"yes"}"#.utf8)
  private static let countedNo = [UInt8](#"{"vote":"no"}"#.utf8)
  private static let countedAbstain = [UInt8](#"{"vote":"abstain"}"#.utf8)

  // MARK: Results

  /// The newest round as it is on disk. Never waits for the disk.
  private var currentResult: RoundResult {
    RoundResult(
      ballotBox.snapshot.disclosed, now: BallotBox.millisecondsSince1970(),
      connected: audience.countEverywhere)
  }

  private var newestEvents: NewestEvents {
    let snapshot = ballotBox.snapshot
    return NewestEvents(
      snapshot: snapshot, invitation: joining.invitation(chosen: snapshot.room.address),
      connected: audience.countEverywhere, phones: audience.countEverywhere(of: Self.phones),
      now: BallotBox.millisecondsSince1970())
  }

  /// `?rounds=all` asks for more than the current round.
  private func wantsAllRounds(_ request: Request) throws(HTTPError) -> Bool {
    switch request.query.values(of: "rounds") {
    case []: false
    case ["all"]: true
    default: throw HTTPError(.badRequest, "Ask for ?rounds=all, or leave it out.")
    }
  }

  // MARK: The voting page

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
        id: snapshot.id, in: words)
      response.send(page, as: .html)
    } else if let cookie = ballotCookie.find(in: request, of: ballotBox) {
      if cookie.isOld {
        response.fields.set(try ballotCookie.fields(setting: cookie.key, insteadOf: cookie))
      }
      let ballot = await ballotBox.ballot(of: cookie.key)
      let page = pages.vote(
        round, announcement: announcement, choice: ballots == .one ? ballot?.choice : counted,
        offered: offered, receipts: receipts(of: cookie.key, ballot), id: snapshot.id, in: words)
      response.send(page, as: .html)
    } else if ballots == .one, let counted {
      let page = pages.vote(
        round, announcement: announcement, choice: counted, id: snapshot.id, isCookieRefused: true,
        in: words)
      response.send(page, as: .html)
    } else {
      let key = ballotBox.issueKey()
      response.fields.set(try ballotCookie.fields(setting: key))
      let page = pages.vote(
        round, announcement: announcement, choice: counted, offered: offered, ballot: key,
        receipts: receipts(of: key, nil), id: snapshot.id, in: words)
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

extension HTTPError {
  /// What a voter is told whose vote was not counted.
  fileprivate init(_ error: BallotBoxError) {
    self =
      switch error {
      case .closed:
        HTTPError(.conflict, "Voting is closed; wait for the next question.", code: "closed")
      case .otherRound:
        HTTPError(
          .conflict, "Another question is asked now; open the voting page again.",
          code: "other-round")
      case .noSuchChoice:
        HTTPError(
          .badRequest, "Nobody can abstain from this question; vote for one of its two answers.",
          code: "no-such-choice")
      case .receiptTaken:
        HTTPError(
          .conflict, "Another ballot has the same receipt; vote once more.", code: "receipt-taken")
      case .codeNeeded: .codeNeeded
      case .wrongCode: .wrongCode
      case .busy:
        .unavailable(
          "Too many votes arrive at once and yours was not counted. Try again.", code: "busy",
          retryAfterSeconds: 1)
      case .storage:
        .unavailable(
          "Your vote could not be stored and may not have been counted. Try again.",
          code: "storage", retryAfterSeconds: 2)
      case .finished:
        .unavailable(
          "The server is stopping and your vote was not counted. Try again.", code: "stopping",
          retryAfterSeconds: 5)
      }
  }
}
