import HTTPServer

/// The cookie that keeps a browser's session at the desk: what it is called, and where it goes.
struct DeskCookie: Sendable {
  private let name: String
  private let path: String
  private let isSecure: Bool

  /// - Parameter suffix: the ledger's own, so that two servers on one host don't take each other's.
  init(suffix: String, at publicURL: PublicURL?) {
    name = "desk-\(suffix)"
    path = publicURL?.path ?? "/"
    isSecure = publicURL?.isSecure ?? false
  }

  /// The first session of the request that is open.
  func find(in request: Request, _ key: DeskKey, atSeconds now: Int) -> DeskSession? {
    request.cookies(name).lazy.compactMap(DeskSession.init)
      .first { $0.isOpen(key, atSeconds: now) }
  }

  /// Has the browser keep the session: out of reach of scripts, and kept from every request that
  /// another site brings about.
  func set(_ session: DeskSession, on response: Response) throws {
    response.set(
      try Cookie(
        name, "\(session)", maxAge: .seconds(DeskSession.lifetimeSeconds), path: path,
        sameSite: .strict, secure: isSecure))
  }
}
