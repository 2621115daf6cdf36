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
  let ballotCookie: BallotCookie
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
    "fault",
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

  // MARK: Results

  /// The newest round as it is on disk. Never waits for the disk.
  private var currentResult: RoundResult {
    RoundResult(
      ballotBox.snapshot.disclosed, now: ballotBox.now(),
      connected: audience.countEverywhere)
  }

  private var newestEvents: NewestEvents {
    let snapshot = ballotBox.snapshot
    return NewestEvents(
      snapshot: snapshot, invitation: joining.invitation(chosen: snapshot.room.address),
      connected: audience.countEverywhere, phones: audience.countEverywhere(of: Self.phones),
      isStoring: ballotBox.isStoring, now: ballotBox.now())
  }

  /// `?rounds=all` asks for more than the current round.
  private func wantsAllRounds(_ request: Request) throws(HTTPError) -> Bool {
    switch request.query.values(of: "rounds") {
    case []: false
    case ["all"]: true
    default: throw HTTPError(.badRequest, "Ask for ?rounds=all, or leave it out.")
    }
  }
}
