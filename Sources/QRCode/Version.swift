/// One of the forty sizes of a symbol, with what it holds at error correction level M.
struct Version {
  /// 1 to 40.
  let number: Int

  /// The smallest that holds a text; `nil` where none does.
  static func smallest(for text: String, in mode: Mode) -> Version? {
    let bytes = text.utf8.count
    return all.first { mode.bitCount(bytes: bytes, version: $0) <= $0.dataCodewords * 8 }
  }

  static let all = (1...40).map(Version.init)

  /// The modules along each side (clause 6.3.1): four more with each version.
  var size: Int { 17 + 4 * number }

  // MARK: Codewords

  /// The bytes it has room for, those of the error correction included (table 1).
  var totalCodewords: Int {
    let finders = 3 * 8 * 8
    let alignments = alignmentCentres.count * alignmentCentres.count - (number == 1 ? 0 : 3)
    // Timing patterns lie between the finders; alignment patterns lie on some of them.
    let timing = 2 * (size - 16)
    let shared = number < 7 ? 0 : 2 * 5 * (alignmentCentres.count - 2)
    // The one module that is always dark is one of the format's.
    let format = 2 * 15 + 1
    let versions = hasVersionInformation ? 2 * 18 : 0
    let functions = finders + (number == 1 ? 0 : alignments * 25) + timing - shared + format
    return (size * size - functions - versions) / 8
  }

  /// The bytes that hold the text, and what fills them up.
  var dataCodewords: Int { totalCodewords - blockCount * correctionCodewords }

  /// The blocks that are repaired each on its own (table 9).
  var blockCount: Int { Self.blockCounts[number - 1] }

  /// The error correction codewords of each block (table 9).
  var correctionCodewords: Int { Self.correctionCodewords[number - 1] }

  private static let blockCounts = [
    1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16,
    17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
  ]

  private static let correctionCodewords = [
    10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
    26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  ]

  // MARK: Patterns

  /// Where alignment patterns are centred, across as well as down (annex E): from the timing pattern
  /// to the far edge, evenly and by even steps; what is left over is between the first two.
  var alignmentCentres: [Int] {
    if number == 1 { return [] }
    let count = number / 7 + 2
    let (first, last) = (6, size - 7)
    if count == 2 { return [first, last] }
    let (span, gaps) = (last - first, count - 1)
    // Half of it is rounded up, but for less than a quarter.
    let step = 2 * ((2 * span + 3 * gaps) / (4 * gaps))
    return [first] + (0..<gaps).reversed().map { last - $0 * step }
  }

  /// Whether the symbol says its version (clause 7.10); in smaller ones it is plain to see.
  var hasVersionInformation: Bool { number >= 7 }
}
