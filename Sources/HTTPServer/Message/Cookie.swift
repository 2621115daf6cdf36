/// What a `Set-Cookie` field says (RFC 6265, section 4.1).
public struct Cookie: Sendable, CustomStringConvertible {
  /// Whether the cookie goes with requests that other sites bring about.
  public enum SameSite: String, Sendable {
    /// With links that lead here and with this site's own requests; not with another site's posts,
    /// images or scripts. What browsers take where nothing is said.
    case lax = "Lax"
    /// With this site's own requests alone: who follows a link from elsewhere comes without it.
    case strict = "Strict"
    /// With all requests, also those of other sites; over HTTPS only.
    case none = "None"
  }

  /// As it was given; names are compared to the letter.
  public let name: String
  /// As it was given: nothing is encoded.
  public let value: String
  /// The field's value: the pair and its attributes.
  public let description: String

  /// The same, for `Set-Cookie`.
  public var fieldValue: FieldValue { FieldValue(unchecked: description) }

  /// Browsers drop a cookie of more, name and value together, silently.
  private static let bytesMax = 4096

  /// A cookie for this host alone: there is no `Domain`.
  /// - Parameters:
  ///   - name: a token (RFC 9110, section 5.6.2).
  ///   - value: visible ASCII but for `"`, `,`, `;` and `\`.
  ///   - maxAge: whole seconds; zero deletes the cookie, `nil` keeps it until the browser ends.
  ///   - path: the start of the paths it is sent to.
  ///   - httpOnly: whether it is kept from scripts.
  ///   - sameSite: whether it goes with requests that other sites bring about.
  ///   - secure: whether it is kept to HTTPS. `sameSite: .none` without it traps: browsers refuse
  ///     it.
  /// - Throws: `CookieError` for an illegal name, value or path.
  public init(
    _ name: String, _ value: String, maxAge: Duration? = nil, path: String = "/",
    httpOnly: Bool = true, sameSite: SameSite = .lax, secure: Bool = false
  ) throws(CookieError) {
    precondition(secure || sameSite != .none, "SameSite=None is refused without Secure")
    guard !name.isEmpty, name.utf8.allSatisfy(\.isTokenByte) else { throw .illegalName }
    guard value.utf8.allSatisfy(\.isCookieByte) else { throw .illegalValue }
    guard path.utf8.first == UInt8(ascii: "/"), path.utf8.allSatisfy(\.isCookiePathByte)
    else { throw .illegalPath }
    let byteCount = name.utf8.count + value.utf8.count
    guard byteCount <= Self.bytesMax else { throw .tooLong(byteCount: byteCount) }
    self.name = name
    self.value = value
    var text = "\(name)=\(value); Path=\(path); SameSite=\(sameSite.rawValue)"
    if let maxAge { text += "; Max-Age=\(max(0, maxAge.components.seconds))" }
    if httpOnly { text += "; HttpOnly" }
    if secure { text += "; Secure" }
    description = text
  }
}

/// Why a cookie cannot be set.
public enum CookieError: Error, Equatable {
  /// It is empty or not a token.
  case illegalName
  /// It holds something else than visible ASCII, or one of `"`, `,`, `;` and `\`.
  case illegalValue
  /// It does not start with `/`, or holds a control character, a `;` or something that is not
  /// ASCII.
  case illegalPath
  /// Name and value together have more than the 4096 bytes that browsers keep.
  case tooLong(byteCount: Int)
}

extension Response {
  /// Sets the cookie, in place of one of the same name that this response sets already.
  public func set(_ cookie: Cookie) {
    let others = fields.values(of: .setCookie).filter { !$0.hasPrefix(cookie.name + "=") }
    fields.remove(.setCookie)
    // A cookie holds no line break, and the others have been fields already.
    for value in others + [cookie.description] {
      fields.add(.setCookie, FieldValue(unchecked: value))
    }
  }
}

extension UInt8 {
  /// A cookie-octet: visible ASCII but for the quotation mark, comma, semicolon and backslash.
  fileprivate var isCookieByte: Bool {
    switch self {
    case UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\\"): false
    default: (0x21...0x7E).contains(self)
    }
  }

  /// What a `Path` attribute may hold: ASCII but for control characters and the semicolon.
  fileprivate var isCookiePathByte: Bool {
    (0x20...0x7E).contains(self) && self != UInt8(ascii: ";")
  }
}
