/// Bits in the order they are written, as bytes.
struct BitStream {
  /// The last one is filled up with zeros.
  private(set) var bytes: [UInt8] = []
  private(set) var count = 0

  /// Appends the lowest `bits` of a number, the highest of them first.
  mutating func append(_ value: Int, bits: Int) {
    for shift in (0..<bits).reversed() {
      if count.isMultiple(of: 8) { bytes.append(0) }
      if value >> shift & 1 == 1 { bytes[count / 8] |= 0x80 >> UInt8(count % 8) }
      count += 1
    }
  }
}
