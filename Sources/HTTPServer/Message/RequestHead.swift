/// A request up to its body (RFC 9112, sections 2 to 6).
///
/// A class, because a request goes through many functions that wait: as a value it would take its room
/// in the frame of each.
@usableFromInline final class RequestHead: Sendable {
  @usableFromInline let method: Method
  @usableFromInline let version: Version
  /// In origin form (`/vote?yes=true`), or `*` for `OPTIONS *`.
  @usableFromInline let target: String
  /// The target's path, percent-decoded and starting with `/`, or `*` for `OPTIONS *`.
  @usableFromInline let path: String
  @usableFromInline let fields: Fields
  let framing: BodyFraming
  /// Whether another request may follow on the connection (RFC 9112, section 9.3).
  let keepsAlive: Bool
  /// Whether the client holds the body back until `100 Continue` (RFC 9110, section 10.1.1).
  let expectsContinue: Bool

  init(
    method: Method, version: Version, target: String, path: String, fields: Fields,
    framing: BodyFraming, keepsAlive: Bool, expectsContinue: Bool
  ) {
    self.method = method
    self.version = version
    self.target = target
    self.path = path
    self.fields = fields
    self.framing = framing
    self.keepsAlive = keepsAlive
    self.expectsContinue = expectsContinue
  }

  /// The memory it takes, but for what every head takes.
  var byteCount: Int { 2 * target.utf8.count + fields.byteCount }
}

/// How the end of a request's body is found (RFC 9112, section 6).
@usableFromInline enum BodyFraming: Equatable, Sendable {
  case none
  /// So many bytes, at least one and within the limit for bodies.
  case length(Int)
  case chunked
}
