import HTTPServer
import Voting

/// The cookie that keeps the codes of a phone: its own, and those of absent members that it votes for.
/// Each has its seal beside it, so that nobody finds a code by sending cookies.
struct CodeCookie: Sendable {
  /// Of one phone.
  static let maxCodes = 10
  private let cookie: LedgerCookie

  init(for ballotBox: BallotBox, at publicURL: PublicURL?) {
    cookie = LedgerCookie("codes", for: ballotBox, at: publicURL)
  }

  /// The codes that the request brought and that are good now, the one used last first.
  func find(in request: Request, of ballotBox: BallotBox) -> [VotingCode] {
    guard request.fields.contains(.cookie) else { return [] }
    var found: [VotingCode] = []
    for value in request.cookies(cookie.name) {
      for part in value.split(separator: ".").prefix(Self.maxCodes) {
        let parts = part.split(separator: "-")
        guard parts.count == 2, let code = VotingCode(String(parts[0])),
          let seal = UInt64(parts[1], radix: 16), ballotBox.seal(of: code) == seal,
          !found.contains(code)
        else { continue }
        found.append(code)
      }
    }
    return Array(found.prefix(Self.maxCodes))
  }

  /// Has the browser keep these codes and no others.
  func set(_ codes: [VotingCode], of ballotBox: BallotBox, on response: Response) throws {
    let parts = codes.compactMap { code in
      ballotBox.seal(of: code).map { "\(code)-\(String($0, radix: 16))" }
    }
    response.set(try cookie.holding(parts.joined(separator: ".")))
  }
}
