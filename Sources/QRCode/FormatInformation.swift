/// What a reader must know first, and so stands in the symbol twice: the error correction level and
/// the mask (clause 7.9).
struct FormatInformation {
  /// 15 bits: the level, the mask, and ten that repair them.
  let bits: Int

  init(mask: Mask) {
    // Level M is 00 (table 12), so that the mask alone is left.
    let data = mask.rawValue
    let corrected = appendingRemainder(to: data, generator: 0b101_0011_0111, bits: 10)
    // So that it is never all light.
    bits = corrected ^ 0b101_0100_0001_0010
  }
}

/// The version, in symbols where counting modules could go wrong (clause 7.10).
struct VersionInformation {
  /// 18 bits: the version, and twelve that repair it.
  let bits: Int

  init(version: Version) {
    bits = appendingRemainder(to: version.number, generator: 0b1_1111_0010_0101, bits: 12)
  }
}

/// A number with the bits behind it that make it a multiple of the generator, as polynomials modulo
/// 2: a BCH code (annexes C and D).
private func appendingRemainder(to data: Int, generator: Int, bits: Int) -> Int {
  var remainder = data << bits
  while let highest = remainder.highestBit, highest >= bits {
    remainder ^= generator << (highest - bits)
  }
  return data << bits | remainder
}

extension Int {
  /// `nil` for zero.
  fileprivate var highestBit: Int? { self == 0 ? nil : Self.bitWidth - 1 - leadingZeroBitCount }
}
