import HTTPServer
import Platform
import Voting

/// How codes come in: with a vote, by a card's address, and typed.
struct CodeEntry: Sendable {
  let ballotBox: BallotBox
  let cookie: CodeCookie
  let guesses: CodeGuesses
  let trustedProxies: TrustedProxies

  /// The codes that the request's phone holds, the one used last first.
  func held(by request: Request) -> [VotingCode] { cookie.find(in: request, of: ballotBox) }

  /// The code that was typed, if it is good.
  /// - Parameter held: by the phone, which has had them accepted.
  /// - Throws: `HTTPError` 403 for no code or a wrong one, 429 for too many wrong ones.
  func code(
    _ typed: String?, from request: Request, held: [VotingCode]
  ) throws(HTTPError) -> VotingCode {
    guard let typed, !typed.trimmingSpaces.isEmpty else { throw .codeNeeded }
    // What cannot be a code finds none.
    guard let code = VotingCode(typed) else { throw .wrongCode }
    if held.contains(code) { return code }
    let client = client(of: request)
    if let seconds = guesses.wait(for: client) { throw .tooManyCodes(seconds) }
    if ballotBox.isIssued(code) { return code }
    throw guesses.note(client).map(HTTPError.tooManyCodes) ?? .wrongCode
  }

  private func client(of request: Request) -> PeerAddress? {
    request.peer.map {
      trustedProxies.client(behind: $0, forwardedFor: request.fields.values(of: .forwardedFor))
    }
  }

  /// Has the phone keep the code, as the one that it votes with next.
  /// - Returns: whether it does: it holds no more than `CodeCookie.maxCodes`.
  func keep(_ code: VotingCode, held: [VotingCode], on response: Response) throws -> Bool {
    if held.first == code { return true }
    let others = held.filter { $0 != code }
    guard others.count < CodeCookie.maxCodes else { return false }
    try cookie.set([code] + others, of: ballotBox, on: response)
    return true
  }
}

extension HTTPError {
  static let codeNeeded = HTTPError(
    .forbidden, "A vote needs the code of a card here; type it, or scan the card.",
    code: "code-needed")

  static let wrongCode = HTTPError(
    .forbidden, "There is no such code; look at the card again, or ask for another one.",
    code: "wrong-code")

  static func tooManyCodes(_ seconds: Int) -> HTTPError {
    var error = HTTPError(
      .tooManyRequests,
      "Too many wrong codes came from here. Look at the card again and wait a moment.",
      code: "too-many-codes")
    error.fields.set("Retry-After", FieldValue(seconds))
    return error
  }

  static let tooManyCards = HTTPError(
    .conflict, "This phone holds \(CodeCookie.maxCodes) codes already; use another one.",
    code: "too-many-cards", details: ["max": "\(CodeCookie.maxCodes)"])
}
