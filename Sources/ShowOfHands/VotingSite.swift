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

  func application() throws -> Application {
    var app = Application()
    app.log = log
    if logsRequests { app.use(requestLog(log)) }
    app.use(securityHeaders())
    app.use(serverSentEvents())

    app.get("/") { request, response in try await showVotingPage(request, response) }
    app.get("/result") { _, response in
      response.set("Cache-Control", literal: "no-cache")
      response.send(pages.result(ballotBox.snapshot, connected: audience.count), as: .html)
    }
    app.get("/result.json") { _, response in
      response.set("Cache-Control", literal: "no-store")
      try response.json(ResultState(ballotBox.snapshot, connected: audience.count))
    }
    app.get("/vote") { request, response in try await vote(request, response) }
    app.post("/vote") { request, response in try await vote(request, response) }
    app.get("/stream") { _, response in
      response.set("Access-Control-Allow-Origin", literal: "*")
      try response.sseSetup()
      try audience.join(response)
    }
    app.use(try staticFiles(from: publicFolder))

    app.onError { error, request, response in
      if request.isNavigation {
        response.send(pages.error(error), as: .html)
      } else {
        try response.json(["error": error.message])
      }
    }
    return app
  }

  // MARK: Voting

  private func vote(_ request: Request, _ response: Response) async throws {
    response.set("Cache-Control", literal: "no-store")
    let answer = try VoteRequest.answer(in: request)
    // Whoever only asks for the fields has not voted.
    if request.method == .head { return }
    let receipt = try await cast(answer, request.ballotKey)
    if let key = receipt.newKey { try response.set(ballotKey: key) }
    if request.isNavigation { return try response.redirect(to: "/") }
    response.send(receipt.answer == .yes ? Self.countedYes : Self.countedNo, as: .json)
  }

  private static let countedYes = [UInt8](#"{"vote":"yes"}"#.utf8)
  private static let countedNo = [UInt8](#"{"vote":"no"}"#.utf8)

  private func cast(_ answer: Answer, _ key: BallotKey?) async throws(HTTPError) -> Receipt {
    do throws(BallotBoxError) {
      return try await ballotBox.cast(answer, key: key)
    } catch {
      switch error {
      case .closed: throw HTTPError(.conflict, "Voting is closed; wait for the next question.")
      case .busy:
        throw .unavailable(
          "Too many votes arrive at once and yours was not counted. Try again.",
          retryAfterSeconds: 1)
      case .storage:
        throw .unavailable(
          "Your vote could not be stored and was not counted. Try again.", retryAfterSeconds: 2)
      case .finished:
        throw .unavailable(
          "The server is stopping and your vote was not counted. Try again.", retryAfterSeconds: 5)
      }
    }
  }

  // MARK: The voting page

  /// Gives a browser its ballot before it votes, so that even its first vote may be repeated.
  private func showVotingPage(_ request: Request, _ response: Response) async throws {
    var answer: Answer?
    if let key = request.ballotKey, ballotBox.isGenuine(key) {
      answer = await ballotBox.answer(of: key)
    } else if let key = ballotBox.issueKey() {
      try response.set(ballotKey: key)
    }
    response.set("Cache-Control", literal: "no-cache, private")
    response.send(pages.vote(ballotBox.snapshot.round, answer: answer), as: .html)
  }
}

/// The current round with its numbers, for scripts and for pages without an event stream.
private struct ResultState: Encodable {
  private let snapshot: Snapshot
  private let connected: Int

  init(_ snapshot: Snapshot, connected: Int) {
    self.snapshot = snapshot
    self.connected = connected
  }

  private enum Key: CodingKey { case yes, no, connected }

  func encode(to encoder: any Encoder) throws {
    try RoundState(snapshot.round).encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(snapshot.tally.yes, forKey: .yes)
    try container.encode(snapshot.tally.no, forKey: .no)
    try container.encode(connected, forKey: .connected)
  }
}

extension Request {
  fileprivate var ballotKey: BallotKey? { cookie("ballot").flatMap(BallotKey.init) }
}

extension Response {
  fileprivate func set(ballotKey key: BallotKey) throws {
    let year = 365 * 24 * 3600
    try fields.add(
      "Set-Cookie", "ballot=\(key); Path=/; Max-Age=\(year); HttpOnly; SameSite=Lax")
  }
}
