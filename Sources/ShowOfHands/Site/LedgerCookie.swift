import HTTPServer
import Voting

/// A cookie that belongs to a ledger: another server on this host has one of its own. It stays for a
/// year, and goes where the public address says.
struct LedgerCookie: Sendable {
  let name: String
  private let path: String
  private let isSecure: Bool
  private static let lifetime: Duration = .seconds(365 * 24 * 3600)

  /// - Parameters:
  ///   - use: what its name begins with.
  ///   - publicURL: where people reach the server, if a proxy is in front.
  init(_ use: String, for ballotBox: BallotBox, at publicURL: PublicURL?) {
    name = "\(use)-\(ballotBox.cookieSuffix)"
    path = publicURL?.path ?? "/"
    isSecure = publicURL?.isSecure ?? false
  }

  /// - Throws: `CookieError` for a value that no cookie can have.
  func holding(_ value: String) throws -> Cookie {
    try Cookie(name, value, maxAge: Self.lifetime, path: path, secure: isSecure)
  }
}
