/// What a voter finds their ballot by in the published list: seven characters that no other ballot of
/// the round has.
///
/// Phone and server make it together: the server shows its half before the phone draws its own, so
/// that no server can give two voters the same one.
public struct Receipt: Hashable, Sendable, CustomStringConvertible {
  /// As a ledger stores it, from 0.
  let number: UInt64

  /// Of `ReadableDigits`.
  static let count = 7
  /// So many are there: 31 to the power of 7.
  static let combinations: UInt64 = 27_512_614_111
  static let storedRange = 0...Int(combinations) - 1

  public init(phone: UInt64, server: UInt64) {
    number = (phone ^ server) % Self.combinations
  }

  /// `nil` for what no ledger stores.
  init?(number: Int) {
    guard Self.storedRange.contains(number) else { return nil }
    self.number = UInt64(number)
  }

  /// Reads the text form; small letters are as good as capitals.
  public init?(_ text: String) {
    guard text.utf8.count == Self.count else { return nil }
    var number: UInt64 = 0
    for byte in text.utf8 {
      guard let digit = ReadableDigits.value(of: byte) else { return nil }
      number = number * UInt64(ReadableDigits.all.count) + UInt64(digit)
    }
    self.number = number
  }

  /// Seven digits, the most significant first.
  public var description: String { ReadableDigits.text(of: number, count: Self.count) }
}
