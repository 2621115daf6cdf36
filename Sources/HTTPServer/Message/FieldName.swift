/// A field name: a token (RFC 9110, section 5.1), compared without case. It cannot be illegal once
/// it exists: a literal that is not a token traps, `init?` returns `nil`.
public struct FieldName: Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  let text: String
  let byteCount: Int
  /// See `mark(of:)`.
  let mark: UInt64

  /// `nil` for a text that is empty or not a token.
  public init?(_ text: String) {
    guard !text.isEmpty, text.utf8.allSatisfy(\.isTokenByte) else { return nil }
    self.text = text
    byteCount = text.utf8.count
    mark = Self.mark(of: text.utf8Span.span)
  }

  /// One bit of 64, the same however the name's letters are written: whether a name is among many can
  /// often be told from the marks of all of them.
  static func mark(of name: Span<UInt8>) -> UInt64 {
    guard !name.isEmpty else { return 0 }
    let (first, last) = (name[0] | 0x20, name[name.count - 1] | 0x20)
    return 1 << ((UInt64(first) &* 5 &+ UInt64(last) &* 11 &+ UInt64(name.count)) & 63)
  }

  /// A name written in the program; one that is not a token traps.
  public init(stringLiteral text: String) {
    guard let name = FieldName(text) else { preconditionFailure("not a token: \(text)") }
    self = name
  }

  /// As it was given, in its own case.
  public var description: String { text }
}

extension FieldName {
  // The names that nearly every request asks for, checked once and not each time.
  /// RFC 9110, section 12.5.1.
  public static let accept: FieldName = "Accept"
  /// RFC 9111, section 5.2.
  public static let cacheControl: FieldName = "Cache-Control"
  /// RFC 9110, section 8.3.
  public static let contentType: FieldName = "Content-Type"
  /// RFC 6265, section 5.4.
  public static let cookie: FieldName = "Cookie"
  /// RFC 6265, section 4.1: one field for each cookie, which are not joined.
  public static let setCookie: FieldName = "Set-Cookie"
  /// Whom a proxy had the request from. Anybody can send it: believe it from a proxy you know.
  public static let forwardedFor: FieldName = "X-Forwarded-For"
}
