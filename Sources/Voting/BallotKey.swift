/// What a browser's cookie carries: the number of its ballots, and the signature that proves that
/// this ledger issued the number. It holds nothing about the person or the browser.
public struct BallotKey: Equatable, Sendable, CustomStringConvertible {
  /// From 1. One browser has one ballot a round, under this number.
  let number: Int
  /// 128 bits that only the ledger's secret yields for this number.
  let signature: UInt128

  init(number: Int, signature: UInt128) {
    self.number = number
    self.signature = signature
  }

  /// Reads the text form. Anything else than what `description` writes, to the letter, is `nil`.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]), number > 0,
      let signature = UInt128(parts[1], radix: 16)
    else { return nil }
    self.init(number: number, signature: signature)
    // As UTF-8, since equal strings may differ in their bytes.
    guard text.utf8.elementsEqual(description.utf8) else { return nil }
  }

  /// `<number>.<signature>`: a decimal number without leading zeros, and 32 lowercase hex digits.
  public var description: String {
    let digits = String(signature, radix: 16)
    return "\(number)." + String(repeating: "0", count: 32 - digits.count) + digits
  }
}
