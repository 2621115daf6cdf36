/// The bytes of a symbol in the order they are laid out.
enum Codewords {
  /// The text's, filled up and with their error correction, interleaved.
  static func final(for text: String, in mode: Mode, version: Version) -> [UInt8] {
    interleave(data(for: text, in: mode, version: version), version: version)
  }

  /// The text, a terminator of four zeros or of what has room (clause 7.4.9), and pad codewords
  /// (clause 7.4.10).
  static func data(for text: String, in mode: Mode, version: Version) -> [UInt8] {
    var bits = BitStream()
    mode.write(text, version: version, to: &bits)
    bits.append(0, bits: min(4, version.dataCodewords * 8 - bits.count))
    let pads = version.dataCodewords - bits.bytes.count
    return bits.bytes + (0..<pads).map { $0.isMultiple(of: 2) ? 0b1110_1100 : 0b0001_0001 }
  }

  /// Splits data into blocks, of which the last ones may be one byte longer, and takes the first
  /// byte of each, the second of each …, and then their error correction likewise (clause 7.6): what
  /// covers one place of the symbol takes a little from many blocks.
  static func interleave(_ data: [UInt8], version: Version) -> [UInt8] {
    let count = version.blockCount
    let (length, longCount) = data.count.quotientAndRemainder(dividingBy: count)
    let code = ReedSolomon(correctionCodewords: version.correctionCodewords)
    var blocks: [ArraySlice<UInt8>] = []
    var rest = data[...]
    for block in 0..<count {
      let isLong = block >= count - longCount
      blocks.append(rest.prefix(length + (isLong ? 1 : 0)))
      rest = rest.dropFirst(blocks[block].count)
    }
    return roundRobin(blocks) + roundRobin(blocks.map { code.correction(for: $0)[...] })
  }

  private static func roundRobin(_ blocks: [ArraySlice<UInt8>]) -> [UInt8] {
    let longest = blocks.map(\.count).max() ?? 0
    return (0..<longest).flatMap { place in
      blocks.compactMap { place < $0.count ? $0[$0.startIndex + place] : nil }
    }
  }
}
