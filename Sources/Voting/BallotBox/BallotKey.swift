/// What a browser's cookie carries: the number of its ballots, and the signature that proves that
/// this ledger issued the number. It holds nothing about the person or the browser.
public struct BallotKey: Equatable, Sendable, CustomStringConvertible {
  /// From 1. One browser has one ballot a round, under this number.
  let number: Int
  /// 128 bits that only the ledger's secret yields for this number.
  let signature: UInt128

  init(number: Int, signature: UInt128) {
    self.number = number
    self.signature = signature
  }

  /// Reads the text form. Anything else than what `description` writes, to the letter, is `nil`.
  public init?(_ text: String) {
    guard let dot = text.utf8.firstIndex(of: UInt8(ascii: ".")) else { return nil }
    let digits = text.utf8[dot...].dropFirst()
    // What starts with a digit other than zero has neither a sign nor leading zeros.
    guard let first = text.utf8.first, 0x31...0x39 ~= first, let number = Int(text[..<dot]),
      digits.count == Self.digitCount
    else { return nil }
    // By hand, since reading and writing 128 bits in general takes as long as the rest of a vote.
    var signature: UInt128 = 0
    for byte in digits {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): signature = signature << 4 | UInt128(byte - 0x30)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): signature = signature << 4 | UInt128(byte - 0x57)
      default: return nil
      }
    }
    self.init(number: number, signature: signature)
  }

  /// `<number>.<signature>`: a decimal number without leading zeros, and 32 lowercase hex digits.
  public var description: String {
    let digits = unsafe String(unsafeUninitializedCapacity: Self.digitCount) { bytes in
      for index in 0..<Self.digitCount {
        let digit = UInt8(truncatingIfNeeded: signature >> UInt128(124 - 4 * index)) & 0xF
        unsafe bytes[index] = digit < 10 ? 0x30 + digit : 0x57 + digit
      }
      return Self.digitCount
    }
    return "\(number).\(digits)"
  }

  /// Of a signature, in hexadecimal.
  private static let digitCount = 32
}
