import Synchronization

/// Hands out ballot numbers, recognises the keys that carry them, and has the server's part in
/// receipts. Any thread may ask.
final class KeyIssuer: Sendable {
  /// Tells the cookies of this ledger from those of others.
  let cookieSuffix: String
  private let hash: SipHash
  private let windows = Mutex(NumberWindows())
  private let random = Mutex(KeyedRandom())

  init(secret: UInt128) {
    hash = SipHash(key: secret)
    cookieSuffix = Self.cookieSuffix(hash)
  }

  /// A number nobody has.
  func issueNumber() -> Int { windows.withLock { $0.next() } }

  /// A key with a number nobody has.
  func issue() -> BallotKey { key(issueNumber()) }

  /// The key that carries this number.
  func key(_ number: Int) -> BallotKey {
    BallotKey(number: number, signature: signature(number))
  }

  /// Whether this ledger issued the key. Takes the same time whatever the signature.
  func isValid(_ key: BallotKey) -> Bool {
    signature(key.number) ^ key.signature == 0
  }

  /// What the cards of a room say.
  func codes(_ issued: IssuedCodes) -> CodeMaker { CodeMaker(issued, of: hash) }

  private func signature(_ number: Int) -> UInt128 {
    hash.hash(UInt64(number))
  }

  // MARK: Receipts

  /// Hashed with a number's highest bit, which no ballot's number has, the server's half tells
  /// nothing of a signature.
  private static let halfBit: UInt64 = 1 << 63
  /// With both highest bits, no ballot's number gives it either.
  private static let ledgerMessage: UInt64 = 3 << 62 | 1

  /// Tells this ledger from others in what is published.
  var ledgerID: UInt64 { UInt64(truncatingIfNeeded: hash.hash(Self.ledgerMessage)) }

  /// What the server puts into the receipts of this number's ballots.
  func serverHalf(of number: Int) -> UInt64 {
    UInt64(truncatingIfNeeded: hash.hash(UInt64(number) | Self.halfBit))
  }

  /// A receipt that the server makes alone.
  func drawReceipt() -> Receipt {
    random.withLock { $0.drawReceipt() }
  }

  // MARK: Epochs

  /// Other ledgers count their epochs too: this one's are told from theirs.
  func epoch(of ledger: any Ledger) -> String? { ledger.epoch.map { "\(cookieSuffix).\($0)" } }

  // MARK: Cookies

  /// Six characters of `a` to `z` and `0` to `9`, from the secret by the same hash. They tell nothing
  /// of it, nor of any signature: no ballot has this number.
  private static func cookieSuffix(_ hash: SipHash) -> String {
    let count = 6
    let combinations: UInt128 = 2_176_782_336  // 36 to the power of 6.
    let digits = String(hash.hash(.max) % combinations, radix: 36)
    return String(repeating: "0", count: count - digits.count) + digits
  }
}
