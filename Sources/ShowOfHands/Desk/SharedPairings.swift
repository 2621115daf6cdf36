import Voting

/// One-time codes, as `Pairings` has them, of servers that share a ledger: a phone's address leads to
/// whichever server a balancer chooses.
///
/// A code is a number and its seal under the desk's key, which a new key makes worthless: what is wrong
/// is known without the ledger. The number waits there until it is used.
struct SharedPairings: Sendable {
  let ballotBox: BallotBox

  /// The end of no session: their seals are others.
  private static let numbers = 1 << 62...Int.max

  /// A new code, with its prefix.
  func make(for key: DeskKey) async throws(StepError) -> String {
    let number = Int.random(in: Self.numbers)
    try await ballotBox.deposit(
      Self.text(number), milliseconds: Pairings.lifetimeMilliseconds)
    return "\(Pairings.prefix)\(Self.text(number))-\(Self.text(Self.seal(number, key)))"
  }

  /// Whether the code is one that waits. It is used up by this.
  func redeem(_ text: String, for key: DeskKey) async throws(StepError) -> Bool {
    let parts = text.lowercased().dropFirst(Pairings.prefix.count).split(separator: "-")
    guard Pairings.isCode(text), parts.count == 2, let number = Int(parts[0], radix: 36),
      let seal = UInt64(parts[1], radix: 36), Self.numbers.contains(number),
      // Takes the same time whatever the seal.
      seal ^ Self.seal(number, key) == 0
    else { return false }
    return try await ballotBox.withdraw(Self.text(number))
  }

  private static func seal(_ number: Int, _ key: DeskKey) -> UInt64 {
    UInt64(truncatingIfNeeded: key.seal(endSeconds: number))
  }

  private static func text(_ number: some BinaryInteger) -> String { String(number, radix: 36) }
}
