/// SipHash-2-4 with 128 bits of output: a keyed hash that nobody can compute without the key
/// (Aumasson and Bernstein, 2012).
package struct SipHash: Sendable {
  private let key0: UInt64
  private let key1: UInt64

  /// - Parameter key: its sixteen bytes, the first one most significant.
  package init(key: UInt128) {
    key0 = UInt64(truncatingIfNeeded: key >> 64).byteSwapped
    key1 = UInt64(truncatingIfNeeded: key).byteSwapped
  }

  /// The hash's sixteen bytes, the first one most significant.
  /// - Parameter message: its eight bytes, the first one least significant.
  package func hash(_ message: UInt64) -> UInt128 {
    var state = State(key0, key1)
    state.absorb(message)
    return state.finish(8 << 56)  // The message's length, and no bytes left over.
  }

  /// The same of 32 bytes.
  func hash(_ one: UInt64, _ two: UInt64, _ three: UInt64, _ four: UInt64) -> UInt128 {
    var state = State(key0, key1)
    state.absorb(one)
    state.absorb(two)
    state.absorb(three)
    state.absorb(four)
    return state.finish(32 << 56)
  }

  /// The same of any bytes.
  func hash(_ message: [UInt8]) -> UInt128 {
    var state = State(key0, key1)
    var word: UInt64 = 0
    for (index, byte) in message.enumerated() {
      word |= UInt64(byte) << UInt64(8 * (index % 8))
      guard index % 8 == 7 else { continue }
      state.absorb(word)
      word = 0
    }
    return state.finish(word | UInt64(message.count & 0xFF) << 56)
  }

  private struct State {
    var v0, v1, v2, v3: UInt64

    init(_ key0: UInt64, _ key1: UInt64) {
      v0 = key0 ^ 0x736f_6d65_7073_6575
      v1 = key1 ^ 0x646f_7261_6e64_6f6d ^ 0xEE
      v2 = key0 ^ 0x6c79_6765_6e65_7261
      v3 = key1 ^ 0x7465_6462_7974_6573
    }

    mutating func absorb(_ word: UInt64) {
      v3 ^= word
      for _ in 0..<2 { mix() }
      v0 ^= word
    }

    /// - Parameter last: the bytes that are left, and the message's length.
    mutating func finish(_ last: UInt64) -> UInt128 {
      absorb(last)
      v2 ^= 0xEE
      let first = squeeze()
      v1 ^= 0xDD
      let second = squeeze()
      return UInt128(first.byteSwapped) << 64 | UInt128(second.byteSwapped)
    }

    private mutating func squeeze() -> UInt64 {
      for _ in 0..<4 { mix() }
      return v0 ^ v1 ^ v2 ^ v3
    }

    private mutating func mix() {
      v0 &+= v1
      v1 = v1.rotated(by: 13) ^ v0
      v0 = v0.rotated(by: 32)
      v2 &+= v3
      v3 = v3.rotated(by: 16) ^ v2
      v0 &+= v3
      v3 = v3.rotated(by: 21) ^ v0
      v2 &+= v1
      v1 = v1.rotated(by: 17) ^ v2
      v2 = v2.rotated(by: 32)
    }
  }
}

extension UInt64 {
  fileprivate func rotated(by bits: UInt64) -> UInt64 { self &<< bits | self &>> (64 &- bits) }
}
