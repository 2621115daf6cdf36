/// Numbers for new ballots, each at random and none twice, so that no number tells when its browser
/// came.
///
/// They come from windows: a random place of its own for each, and the numbers there in random
/// order. (Numbers each from anywhere would touch as many pages of a ledger's file as there are
/// votes.) Where windows are is kept nowhere: that two of them meet in a ledger's life is less likely
/// than that its disk fails.
struct NumberWindows {
  /// How many numbers a window has.
  static let size = 1_024
  /// What numbers may be. Those of older versions counted from 1 and are far below.
  static let range = 1 << 61..<1 << 62

  private var base = 0
  private var offsets: [UInt16] = []
  private var random = KeyedRandom()

  /// A number that nobody has.
  mutating func next() -> Int {
    if offsets.isEmpty {
      base =
        .random(in: Self.range.lowerBound / Self.size..<Self.range.upperBound / Self.size)
        * Self.size
      offsets = (0..<UInt16(Self.size)).shuffled(using: &random)
    }
    return base + Int(offsets.removeLast())
  }
}

/// Random numbers that cost no call of the system: a keyed hash, under a random key, of a count.
struct KeyedRandom: RandomNumberGenerator {
  private let hash = SipHash(key: .random(in: .min ... .max))
  private var count: UInt64 = 0

  mutating func next() -> UInt64 {
    count += 1
    return UInt64(truncatingIfNeeded: hash.hash(count))
  }

  /// A receipt that the server makes alone.
  mutating func drawReceipt() -> Receipt { Receipt(phone: next(), server: 0) }
}
