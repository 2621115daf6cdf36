import HTTPServer
import Platform
import Voting

/// Who may come to the desk, and who may change something there.
///
/// First where a request comes from, then whether it has the key: what a page elsewhere brings about
/// is refused before the key is looked at.
struct DeskGate: Sendable {
  enum Reach: String, CaseIterable, Sendable {
    case everywhere
    /// The machine that the server runs on.
    case local
  }

  private let ballotBox: BallotBox
  private let fixedKey: String?
  private let reach: Reach
  private let origins: OriginRule
  /// Where the cookie goes; `nil` is wherever this machine is reached by itself.
  let publicURL: PublicURL?
  private let cookie: DeskCookie
  private let wrongKeys: WrongKeys
  /// Since 1970.
  private let now: @Sendable () -> Int

  /// - Parameters:
  ///   - fixedKey: the host's own, in place of the ledger's.
  ///   - now: seconds since 1970.
  init(
    for ballotBox: BallotBox, fixedKey: String?, reach: Reach, publicURL: PublicURL?,
    wrongKeys: WrongKeys, now: @escaping @Sendable () -> Int = WallClock.secondsSince1970
  ) {
    self.ballotBox = ballotBox
    self.fixedKey = fixedKey
    self.reach = reach
    origins = OriginRule(publicURL: publicURL)
    // What comes through the proxy is refused where the desk is kept to this machine.
    self.publicURL = reach == .local ? nil : publicURL
    cookie = DeskCookie(suffix: ballotBox.cookieSuffix, at: self.publicURL)
    self.wrongKeys = wrongKeys
    self.now = now
  }

  /// The key that opens the desk now.
  var key: DeskKey {
    let ledgerKey = ballotBox.deskKey
    return fixedKey.map { DeskKey(fixed: $0, ledgerKey: ledgerKey) } ?? DeskKey(ledgerKey)
  }

  var isKeyFixed: Bool { fixedKey != nil }
  var isLocal: Bool { reach == .local }

  // MARK: Where it comes from

  /// - Throws: `HTTPError` 403 where the desk is kept to this machine and the request came from
  ///   another, or through a proxy, which anybody may be behind.
  func checkPlace(_ request: Request) throws(HTTPError) {
    guard reach == .local else { return }
    let isForwarded = FieldName.forwarding.contains(where: request.fields.contains)
    if !isForwarded, request.peer?.isThisMachine == true { return }
    throw HTTPError(
      .forbidden,
      "The desk is kept to the machine that the server runs on; open it there, by localhost.",
      code: "local")
  }

  /// - Throws: `HTTPError` 403 for what a page elsewhere brought about.
  private func checkOrigin(_ request: Request, changes: Bool) throws(HTTPError) {
    guard changes else {
      if let foreign = origins.foreign(request) { throw foreign }
      return
    }
    if case .refused(let error) = origins.judge(request) { throw error }
  }

  // MARK: The key

  /// A desk that reads.
  /// - Throws: `HTTPError` 401, 403 or 429.
  func admit(_ request: Request) throws(HTTPError) {
    try checkPlace(request)
    try checkOrigin(request, changes: false)
    if try bearsKey(request) || session(of: request) != nil { return }
    throw .keyWanted
  }

  /// A desk that changes something.
  /// - Returns: the browser's session; `nil` for a script, which brought the key itself.
  /// - Throws: `HTTPError` 401, 403 or 429.
  func admitChange(_ request: Request) throws(HTTPError) -> DeskSession? {
    try checkPlace(request)
    try checkOrigin(request, changes: true)
    if try bearsKey(request) { return nil }
    guard let session = session(of: request) else { throw .keyWanted }
    // A browser says where a post is from. Silence is no proof, and a cookie comes by itself.
    guard origins.saysOrigin(request) else { throw .originWanted }
    return session
  }

  /// The session that the request's cookie keeps, if it is open.
  func session(of request: Request) -> DeskSession? {
    guard request.fields.contains(.cookie) else { return nil }
    return cookie.find(in: request, key, atSeconds: now())
  }

  /// Whether a script has brought the key.
  /// - Returns: `false` where it brings none. A proxy's own credentials are none of ours.
  /// - Throws: `HTTPError` 401 or 429 for a wrong one.
  func bearsKey(_ request: Request) throws(HTTPError) -> Bool {
    guard let credentials = request.fields["Authorization"] else { return false }
    let scheme = credentials.prefix { $0 != " " }
    guard scheme.lowercased() == "bearer" else { return false }
    if key.matches(credentials.dropFirst(scheme.count).trimmingSpaces) { return true }
    throw wrongKey()
  }

  /// What whoever brought a wrong key is told: nothing about the right one.
  private func wrongKey() -> HTTPError {
    guard let seconds = wrongKeys.note() else { return .keyWanted }
    var error = HTTPError(
      .tooManyRequests, "Too many wrong keys came in the last minute. The right one still opens.",
      code: "wrong-keys")
    error.fields.set("Retry-After", FieldValue(seconds))
    return error
  }

  // MARK: Sessions

  /// Opens a session for whoever posts the key, or a one-time code in place of it, as `key`.
  /// - Parameter redeem: tells whether a code is one that waits, and uses it up.
  /// - Throws: `HTTPError` 400, 401, 403, 415, 429 or 503.
  func openSession(
    _ request: Request, on response: Response,
    redeem: (_ code: String, _ key: DeskKey) async throws -> Bool
  ) async throws {
    try checkPlace(request)
    try checkOrigin(request, changes: true)
    guard let offered = try DeskFields(request).given("key")?.trimmingSpaces, !offered.isEmpty
    else { throw HTTPError.badDeskField("Say the key.") }
    let key = key
    let isCode = Pairings.isCode(offered)
    let isRight = isCode ? try await redeem(offered, key) : key.matches(offered)
    guard isRight else { throw wrongKey() }
    try startSession(with: key, on: response)
  }

  /// Has the browser keep a new session.
  func startSession(with key: DeskKey, on response: Response) throws {
    try cookie.set(DeskSession(openedWith: key, atSeconds: now()), on: response)
  }

  /// Gives a session that is in use another day, once half of it is over.
  func renew(_ session: DeskSession, on response: Response) throws {
    if session.isOld(atSeconds: now()) { try startSession(with: key, on: response) }
  }
}

extension HTTPError {
  /// The same whether there was no key or a wrong one.
  static let keyWanted = {
    var error = HTTPError(
      .unauthorized, "The desk opens with its key, which the server prints when it starts.",
      code: "key")
    error.fields.set("WWW-Authenticate", "Bearer")
    return error
  }()

  fileprivate static let originWanted = HTTPError(
    .forbidden,
    "A browser's post says which page it is from, and this one does not; a script sends the key as "
      + "Authorization: Bearer.",
    code: "foreign")
}

extension Status {
  fileprivate static let unauthorized = Status(401, "Unauthorized")
  static let tooManyRequests = Status(429, "Too Many Requests")
}

extension FieldName {
  /// What proxies add (RFC 7239).
  fileprivate static let forwarding: [FieldName] = [.forwardedFor, "Forwarded"]
}
