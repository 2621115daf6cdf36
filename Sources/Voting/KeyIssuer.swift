import Synchronization

/// Hands out ballot numbers, each once in a ledger's life, and recognises the keys that carry them.
///
/// Any thread may ask. Numbers come from blocks that the ledger has reserved durably beforehand,
/// so that handing one out costs no write and a crash skips numbers instead of repeating them.
final class KeyIssuer: Sendable {
  /// How many numbers are reserved at a time. Half of them are left when the next are asked for.
  static let block = 100_000
  /// A start leaves out up to so many numbers. A ledger that is put back from an old copy would
  /// otherwise hand out, a second time, numbers that browsers got after the copy was taken.
  static let maxGap = 1 << 32

  /// Tells the cookies of this ledger from those of others.
  let cookieSuffix: String
  private let hash: SipHash
  private let next: Atomic<Int>
  /// The first number that may not be handed out.
  private let end: Atomic<Int>

  init(secret: UInt128, numbers: Range<Int>) {
    hash = SipHash(key: secret)
    cookieSuffix = Self.cookieSuffix(hash)
    next = Atomic(numbers.lowerBound)
    end = Atomic(numbers.upperBound)
  }

  /// The numbers of a fresh start, where the ledger has reserved all below `end`.
  static func firstNumbers(after end: Int) -> Range<Int> {
    let first = end + .random(in: 0..<maxGap)
    return first..<first + block
  }

  /// A number nobody has, or `nil` until the ledger has reserved more.
  func issueNumber() -> Int? {
    let number = next.add(1, ordering: .relaxed).oldValue
    return number < end.load(ordering: .acquiring) ? number : nil
  }

  /// A key with a number nobody has, or `nil` until the ledger has reserved more.
  func issue() -> BallotKey? {
    issueNumber().map(key)
  }

  /// The key that carries this number.
  func key(_ number: Int) -> BallotKey {
    BallotKey(number: number, signature: signature(number))
  }

  /// Whether this ledger issued the key. Takes the same time whatever the signature.
  func isValid(_ key: BallotKey) -> Bool {
    signature(key.number) ^ key.signature == 0
  }

  /// Where the ledger should reserve to, once half of a block is gone.
  var reservationTarget: Int? {
    let next = self.next.load(ordering: .relaxed)
    let end = self.end.load(ordering: .relaxed)
    return next > end - Self.block / 2 ? max(next, end) + Self.block : nil
  }

  /// Says that the ledger has durably reserved all numbers below this one.
  func reserved(below end: Int) {
    self.end.store(end, ordering: .releasing)
  }

  private func signature(_ number: Int) -> UInt128 {
    hash.hash(UInt64(number))
  }

  /// Six characters of `a` to `z` and `0` to `9`, from the secret by the same hash. They tell nothing
  /// of it, nor of any signature: no ballot has this number.
  private static func cookieSuffix(_ hash: SipHash) -> String {
    let count = 6
    let combinations: UInt128 = 2_176_782_336  // 36 to the power of 6.
    let digits = String(hash.hash(.max) % combinations, radix: 36)
    return String(repeating: "0", count: count - digits.count) + digits
  }
}
