/// The codes of one generation of one ledger: makes them, and recognises them without a list.
///
/// A code is its index, shuffled among all codes by a keyed permutation that nobody can compute without
/// the ledger's secret: a Feistel network over the two halves of a code, whose rounds are SipHash. A
/// code that was typed is turned back into its index, and is good if so many were issued.
struct CodeMaker: Sendable {
  let issued: IssuedCodes
  private let hash: SipHash

  /// A pseudorandom permutation takes four rounds, and twice as many leave nothing to chance where the
  /// halves are as small as these.
  private static let rounds = 8
  /// In the upper bits of what is hashed: what is hashed for one purpose is never hashed for another.
  private enum Purpose: UInt64 {
    /// Of the ledger's secret. Ballot numbers, which it signs, are below 2 to the power of 62.
    case generation = 0xC0DE
    case round = 1
    case ballot = 2
    case seal = 3

    func message(_ number: UInt64) -> UInt64 { rawValue << 48 | number }
  }

  /// - Parameter ledger: with the ledger's secret for its key.
  init(_ issued: IssuedCodes, of ledger: SipHash) {
    self.issued = issued
    let generation = UInt64(issued.generation)
    hash = SipHash(key: ledger.hash(Purpose.generation.message(generation)))
  }

  /// - Parameter index: below `VotingCode.count`.
  func code(_ index: Int) -> VotingCode {
    let half = VotingCode.halfCount
    var (left, right) = (index / half, index % half)
    for round in 0..<Self.rounds {
      (left, right) = (right, (left + mixed(right, round)) % half)
    }
    return VotingCode(value: left * half + right)
  }

  /// The code's index; `nil` where it was not issued.
  func index(of code: VotingCode) -> Int? {
    let half = VotingCode.halfCount
    var (left, right) = (code.value / half, code.value % half)
    for round in (0..<Self.rounds).reversed() {
      (left, right) = ((right + half - mixed(left, round)) % half, left)
    }
    let index = left * half + right
    return index < issued.count ? index : nil
  }

  /// The number of the code's ballots, the same in every round; `nil` where it was not issued. It tells
  /// nothing of the code, nor of when it was used.
  func ballotNumber(of code: VotingCode) -> Int? {
    index(of: code).map { index in
      let number = hash.hash(Purpose.ballot.message(UInt64(index))) & (1 << 62 - 1)
      return max(1, Int(number))
    }
  }

  /// Proves that somebody has had this code accepted, where 64 bits cannot be guessed and 40 could; `nil`
  /// where it was not issued.
  func seal(of code: VotingCode) -> UInt64? {
    index(of: code).map { index in
      UInt64(truncatingIfNeeded: hash.hash(Purpose.seal.message(UInt64(index))))
    }
  }

  /// A number below `VotingCode.halfCount`, and as good as uniform: 128 bits are so many more.
  private func mixed(_ half: Int, _ round: Int) -> Int {
    let message = Purpose.round.message(UInt64(round) << 32 | UInt64(half))
    return Int(hash.hash(message) % UInt128(VotingCode.halfCount))
  }
}
