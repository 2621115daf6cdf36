/// What is on a card: whoever has it has one ballot a round. It is short enough to be typed.
///
/// Eight `ReadableDigits` of 31: that is 8.5e11 codes, of which a room has a few hundred.
public struct VotingCode: Hashable, Sendable {
  public static let length = 8

  /// As many as there are of half the length.
  static let halfCount = 31 * 31 * 31 * 31
  /// As many as there are.
  public static let count = halfCount * halfCount

  /// Its place among all that there are, from 0.
  let value: Int

  /// - Parameter value: below `count`.
  init(value: Int) { self.value = value }

  /// Reads what a person types: in small letters or capitals, with spaces and hyphens anywhere.
  /// - Returns: `nil` for anything else. A 0, O, 1, I or L is a mistake that could mean several things,
  ///   and nobody guesses which.
  public init?(_ typed: String) {
    guard typed.utf8.count <= Self.maxTypedBytes else { return nil }
    var value = 0
    var count = 0
    for byte in typed.utf8 {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "\t"): continue
      default: break
      }
      guard let digit = ReadableDigits.value(of: byte) else { return nil }
      count += 1
      if count > Self.length { return nil }
      value = value * ReadableDigits.all.count + digit
    }
    guard count == Self.length else { return nil }
    self.value = value
  }

  /// What is longer was not typed from a card.
  static let maxTypedBytes = 64

  /// In two groups of four, as it is easiest to read and to type.
  public var grouped: String {
    let text = description
    return "\(text.prefix(Self.length / 2)) \(text.suffix(Self.length / 2))"
  }
}

extension VotingCode: CustomStringConvertible {
  /// Eight characters, as they stand in addresses.
  public var description: String {
    ReadableDigits.text(of: UInt64(value), count: Self.length)
  }
}
