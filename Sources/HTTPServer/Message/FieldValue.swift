/// A field value: any text without CR, LF and NUL, which would start another field (RFC 9110,
/// section 5.5). It cannot be illegal once it exists: a literal that holds one traps.
public struct FieldValue: Sendable, Equatable, ExpressibleByStringLiteral, CustomStringConvertible {
  let text: String

  /// A value from outside, looked at first.
  /// - Throws: `FieldValueError` for a CR, LF or NUL.
  public init(_ text: String) throws(FieldValueError) {
    guard Self.isLegal(text) else { throw FieldValueError() }
    self.text = text
  }

  /// In decimal digits.
  public init(_ number: Int) { text = String(number) }

  /// A value written in the program; one with a CR, LF or NUL traps.
  public init(stringLiteral text: String) {
    precondition(Self.isLegal(text), "a field value holds no CR, LF or NUL: \(text)")
    self.text = text
  }

  /// A value whose parts are known to be legal.
  init(unchecked text: String) { self.text = text }

  private static func isLegal(_ text: String) -> Bool {
    text.utf8Span.span.allSatisfy { $0 != 0 && $0 != .carriageReturn && $0 != .lineFeed }
  }

  /// The text.
  public var description: String { text }
}

/// A text cannot be a field's value: it holds a CR, LF or NUL.
public struct FieldValueError: Error, Equatable, CustomStringConvertible {
  /// There is one such error only.
  public init() {}
  public var description: String { "a field value holds a CR, LF or NUL" }
}
