import HTTPServer
import Voting

/// `/vote`.
extension VotingSite {
  /// All that does not wait is done by others, which are never made a part of this: what they work
  /// with would take its room in the frame of every vote that waits for the disk.
  func vote(_ request: Request, _ response: Response) async throws {
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
