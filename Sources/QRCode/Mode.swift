/// How a text is written as bits (clause 7.3).
enum Mode {
  /// Digits, capitals and nine signs, two characters in 11 bits: table 5.
  case alphanumeric
  /// Bytes, each an ASCII character.
  case byte
  /// The same, with an extended channel interpretation before it which says that the bytes are UTF-8
  /// (clause 7.4.2). Without it readers guess, and some take two accented letters for a Chinese one.
  case utf8

  /// The mode that takes fewer bits and holds all of the text.
  init(for text: String) {
    let isASCII = text.utf8.allSatisfy { $0 < 0x80 }
    let isAlphanumeric = text.utf8.allSatisfy { Self.alphanumericValue(of: $0) != nil }
    self = isAlphanumeric ? .alphanumeric : isASCII ? .byte : .utf8
  }

  /// Writes the mode indicator (table 2), the character count (table 3) and the text.
  func write(_ text: String, version: Version, to bits: inout BitStream) {
    if self == .utf8 {
      bits.append(0b0111, bits: Self.indicatorBits)
      bits.append(Self.utf8Designator, bits: Self.designatorBits)
    }
    bits.append(self == .alphanumeric ? 0b0010 : 0b0100, bits: Self.indicatorBits)
    bits.append(text.utf8.count, bits: countBits(version))
    if self == .alphanumeric {
      Self.writeAlphanumeric(Array(text.utf8), to: &bits)
    } else {
      for byte in text.utf8 { bits.append(Int(byte), bits: 8) }
    }
  }

  /// The bits that `write` appends for so many bytes.
  func bitCount(bytes: Int, version: Version) -> Int {
    let header = Self.indicatorBits + countBits(version)
    return switch self {
    case .alphanumeric: header + bytes / 2 * 11 + bytes % 2 * 6
    case .byte: header + bytes * 8
    case .utf8: Self.indicatorBits + Self.designatorBits + header + bytes * 8
    }
  }

  /// The assignment number of UTF-8, short enough for one byte (table 4).
  private static let utf8Designator = 26
  private static let designatorBits = 8
  private static let indicatorBits = 4

  /// The bits of the character count (table 3).
  private func countBits(_ version: Version) -> Int {
    switch (self, version.number) {
    case (.alphanumeric, ...9): 9
    case (.alphanumeric, ...26): 11
    case (.alphanumeric, _): 13
    case (_, ...9): 8
    case (_, _): 16
    }
  }

  /// Pairs as 45 times the first and the second, in 11 bits; one that is left over in 6 bits
  /// (clause 7.4.4).
  private static func writeAlphanumeric(_ bytes: [UInt8], to bits: inout BitStream) {
    // The mode is chosen for texts only that consist of these.
    let values = bytes.compactMap(alphanumericValue)
    for first in stride(from: 0, to: values.count - 1, by: 2) {
      bits.append(values[first] * 45 + values[first + 1], bits: 11)
    }
    if values.count % 2 == 1, let last = values.last { bits.append(last, bits: 6) }
  }

  /// Table 5: 0 to 44; `nil` for a byte that is not in it.
  private static func alphanumericValue(of byte: UInt8) -> Int? {
    let value = alphanumericValues[Int(byte)]
    return value < 0 ? nil : value
  }

  private static let alphanumericValues: [Int] = {
    var values = [Int](repeating: -1, count: 256)
    for (value, byte) in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:".utf8.enumerated() {
      values[Int(byte)] = value
    }
    return values
  }()
}
