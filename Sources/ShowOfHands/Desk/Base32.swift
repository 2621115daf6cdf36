/// Numbers of 128 bits in letters and digits that people can tell apart (Crockford's Base32): no
/// i, l, o and u.
enum Base32 {
  private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
  private static let bitsPerDigit = 5
  private static let digitCount = 26

  /// Always 26 small letters and digits.
  static func text(of number: UInt128) -> String {
    let bytes = (0..<digitCount).reversed().map { place in
      digits[Int(truncatingIfNeeded: number >> UInt128(place * bitsPerDigit)) & 31]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What a person meant who read such a text off a screen and typed it: in any case, with spaces
  /// and hyphens, an O for a zero, an I or an L for a one.
  static func folded(_ typed: String) -> String {
    let bytes = typed.utf8.compactMap { byte -> UInt8? in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): meant(byte | 0x20)
      case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "\t"): nil
      default: meant(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func meant(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "o"): UInt8(ascii: "0")
    case UInt8(ascii: "i"), UInt8(ascii: "l"): UInt8(ascii: "1")
    default: byte
    }
  }
}
