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
  let origins: OriginRule

  /// - Parameter publicURL: where people reach it, if a proxy is in front.
  init(
    ballotBox: BallotBox, audience: Audience, pages: VotingPages, publicFolder: String,
    publicURL: PublicURL?, log: Log, logsRequests: Bool
  ) {
    self.ballotBox = ballotBox
    self.audience = audience
    self.pages = pages
    self.publicFolder = publicFolder
    self.log = log
    self.logsRequests = logsRequests
    origins = OriginRule(publicURL: publicURL)
  }

  func application() throws -> Application {
    var app = Application()
    app.log = log
    app.fields = securityHeaders()
    // What the rest of the site says is true now and may be false in a second.
    app.fields.set(.cacheControl, literal: "no-store")
    if logsRequests { app.use(requestLog(log)) }

    // First what must be fastest: a vote has no use for the middleware that follows.
    app.get("/vote", vote)
    app.post("/vote", vote)

    app.use(serverSentEvents())
    app.get("/") { request, response in try await showVotingPage(request, response) }
    app.get("/result") { _, response in
      response.set(.cacheControl, literal: "no-cache")
      response.send(pages.result(ballotBox.snapshot, connected: audience.count), as: .html)
    }
    app.get("/result.json") { request, response in
      if try wantsAllRounds(request) {
        try response.json(Results(ballotBox.counts))
      } else {
        try response.json(currentResult)
      }
    }
    app.get("/result.csv") { request, response in
      let all = try wantsAllRounds(request)
      let results = all ? Results(ballotBox.counts).rounds : [currentResult]
      response.set("Content-Disposition", literal: #"attachment; filename="result.csv""#)
      response.send(RoundResult.csv(results), as: .csv)
    }
    app.get("/health") { _, response in
      if ballotBox.statistics.fault != nil {
        throw HTTPError.unavailable(
          "Votes cannot be stored at present; see the log.", code: "storage", retryAfterSeconds: 5)
      }
      try response.json(["status": "ok"])
    }
    app.get("/metrics") { _, response in
      response.send(await Metrics(ballotBox, audience).text, as: Metrics.mediaType)
    }
    app.get("/stream") { _, response in
      response.set("Access-Control-Allow-Origin", literal: "*")
      try response.sseSetup()
      try audience.join(response)
    }
    app.use(try staticFiles(from: publicFolder))

    app.onError { error, request, response in
      if request.isNavigation {
        response.send(pages.error(error, path: String(request.encodedPath)), as: .html)
      } else {
        response.send(Self.json(error), as: .json)
      }
    }
    return app
  }

  private static func json(_ error: HTTPError) -> String {
    RoundResult.json(["error": error.message, "code": error.code])
  }

  // MARK: Voting

  private func vote(_ request: Request, _ response: Response) async throws {
    let vote = try VoteRequest(request)
    switch origins.judge(request) {
    case .allowed: break
    case .unconfirmed: return try await offer(vote, request, response)
    case .refused(let error): throw error
    }
    // Whoever asks for the fields alone has not voted.
    if request.method != .head {
      let receipt: Receipt
      do throws(BallotBoxError) {
        receipt = try await ballotBox.cast(vote.answer, key: request.ballotKey, round: vote.round)
      } catch {
        throw HTTPError(error)
      }
      if let key = receipt.newKey { try response.set(ballotKey: key) }
    }
    if request.isNavigation { return try response.redirect(to: "./") }
    response.send(vote.answer == .yes ? Self.countedYes : Self.countedNo, as: .json)
  }

  /// Shows who followed a link what it would say: nothing counts before a button is pressed.
  private func offer(_ vote: VoteRequest, _ request: Request, _ response: Response) async throws {
    if let round = vote.round, round != ballotBox.snapshot.round.number {
      throw HTTPError(BallotBoxError.otherRound)
    }
    try await showVotingPage(request, response, offered: vote.answer)
  }

  private static let countedYes = [UInt8](#"{"vote":"yes"}"#.utf8)
  private static let countedNo = [UInt8](#"{"vote":"no"}"#.utf8)

  // MARK: Results

  /// The newest round as it is on disk. Never waits for the disk.
  private var currentResult: RoundResult {
    let snapshot = ballotBox.snapshot
    return RoundResult(snapshot.round, snapshot.tally, connected: audience.count)
  }

  /// `?rounds=all` asks for more than the current round.
  private func wantsAllRounds(_ request: Request) throws(HTTPError) -> Bool {
    switch request.query["rounds"] {
    case nil: false
    case "all": true
    default: throw HTTPError(.badRequest, "Ask for ?rounds=all, or leave it out.")
    }
  }

  // MARK: The voting page

  /// Gives a browser its ballot before it votes, so that even its first vote may be repeated.
  /// - Parameter offered: what a link said that nobody has confirmed yet.
  private func showVotingPage(
    _ request: Request, _ response: Response, offered: Answer? = nil
  ) async throws {
    var answer: Answer?
    if let key = request.ballotKey, ballotBox.isGenuine(key) {
      answer = await ballotBox.answer(of: key)
    } else if let key = ballotBox.issueKey() {
      try response.set(ballotKey: key)
    }
    response.send(
      pages.vote(ballotBox.snapshot.round, answer: answer, offered: offered), as: .html)
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

extension Request {
  fileprivate var ballotKey: BallotKey? { cookie("ballot").flatMap(BallotKey.init) }
}

extension Response {
  fileprivate func set(ballotKey key: BallotKey) throws {
    let year = Duration.seconds(365 * 24 * 3600)
    set(try Cookie("ballot", "\(key)", maxAge: year))
  }
}
