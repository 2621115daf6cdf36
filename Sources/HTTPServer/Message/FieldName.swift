/// A field name: a token (RFC 9110, section 5.1), compared without case. It cannot be illegal once
/// it exists: a literal that is not a token traps, `init?` returns `nil`.
public struct FieldName: Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  let text: String
  let byteCount: Int

  public init?(_ text: String) {
    guard !text.isEmpty, text.utf8.allSatisfy(\.isTokenByte) else { return nil }
    self.text = text
    byteCount = text.utf8.count
  }

  public init(stringLiteral text: String) {
    guard let name = FieldName(text) else { preconditionFailure("not a token: \(text)") }
    self = name
  }

  public var description: String { text }
}

extension FieldName {
  // The names that nearly every request asks for, checked once and not each time.
  public static let accept: FieldName = "Accept"
  public static let cacheControl: FieldName = "Cache-Control"
  public static let contentType: FieldName = "Content-Type"
  public static let cookie: FieldName = "Cookie"
  public static let setCookie: FieldName = "Set-Cookie"
  public static let forwardedFor: FieldName = "X-Forwarded-For"
}
