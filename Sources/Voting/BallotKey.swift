/// What a browser's cookie carries: the number of its ballots, and the seal that proves that this
/// ledger issued the number. It holds nothing about the person or the browser.
public struct BallotKey: Equatable, Sendable, CustomStringConvertible {
  /// From 1. One browser has one ballot a round, under this number.
  let number: Int
  /// 128 bits that only the ledger's secret yields for this number.
  let seal: UInt128

  init(number: Int, seal: UInt128) {
    self.number = number
    self.seal = seal
  }

  /// Reads the text form. Anything else than what `description` writes, to the letter, is `nil`.
  public init?(_ text: String) {
    var bytes = text.utf8.makeIterator()
    guard let number = Self.readNumber(&bytes), let seal = Self.readSeal(&bytes) else { return nil }
    self.init(number: number, seal: seal)
  }

  /// `<number>.<seal>`: a decimal number without leading zeros, and 32 lowercase hex digits.
  public var description: String {
    var text = "\(number)."
    for shift in stride(from: 124, through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: seal >> UInt128(shift)) & 0xF
      text.unicodeScalars.append(Unicode.Scalar(digit < 10 ? 0x30 + digit : 0x57 + digit))
    }
    return text
  }

  /// Reads up to and with the full stop.
  private static func readNumber(_ bytes: inout String.UTF8View.Iterator) -> Int? {
    var number = 0
    while let byte = bytes.next() {
      if byte == UInt8(ascii: ".") { return number > 0 ? number : nil }
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      let (tens, tooMany) = number.multipliedReportingOverflow(by: 10)
      let (sum, tooLarge) = tens.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
      guard !tooMany, !tooLarge, sum > 0 else { return nil }
      number = sum
    }
    return nil
  }

  /// Reads to the end.
  private static func readSeal(_ bytes: inout String.UTF8View.Iterator) -> UInt128? {
    var seal: UInt128 = 0
    var digits = 0
    while let byte = bytes.next() {
      guard digits < 32 else { return nil }
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): seal = seal << 4 | UInt128(byte - 0x30)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): seal = seal << 4 | UInt128(byte - 0x57)
      default: return nil
      }
      digits += 1
    }
    return digits == 32 ? seal : nil
  }
}

/// How many ballots a browser has.
public enum Ballots: String, Sendable, CaseIterable {
  /// One each round; another vote moves it.
  case one
  /// Every vote is a new ballot: the applause meter.
  case many
}
