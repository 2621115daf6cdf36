/// The shares of the two sides of a tally, in percent, as people read them. The two sum to 100, and
/// the same votes always give the same text.
///
/// They are whole numbers where those tell the truth. Where they would say 100 and 0 though the other
/// side has votes, or 50 and 50 though one side leads, there are decimals: one, or two at most. What
/// two decimals cannot show is one hundredth of a percent.
///
/// `Public/percentages.js` is the same in the result page's script.
public struct Percentages: Equatable, Sendable {
  /// For example `67`, `99.9` or `50.01`; both sides have the same number of decimals. `0` while
  /// there are no votes.
  public let yes: String
  public let no: String

  public init(_ tally: Tally) {
    guard tally.yes > 0 || tally.no > 0 else {
      (yes, no) = ("0", "0")
      return
    }
    // The side with fewer votes is rounded and the other has the rest, so that exchanging the
    // sides exchanges the percentages.
    let less = UInt128(max(0, min(tally.yes, tally.no)))
    let more = UInt128(max(tally.yes, tally.no))
    var decimals = 0
    var share = Self.round(less, of: less + more, in: 100)
    while !Self.isTrue(share, less, more, decimals), decimals < Self.maxDecimals {
      decimals += 1
      share = Self.round(less, of: less + more, in: 100 * Self.powersOfTen[decimals])
    }
    if !Self.isTrue(share, less, more, decimals) { share = share == 0 ? 1 : share - 1 }
    let rest = 100 * Self.powersOfTen[decimals] - share
    let texts = [share, rest].map { Self.text($0, decimals) }
    (yes, no) = tally.yes < tally.no ? (texts[0], texts[1]) : (texts[1], texts[0])
  }

  private static let maxDecimals = 2
  private static let powersOfTen: [UInt128] = [1, 10, 100]

  /// How many of `parts` equal parts the votes are; halves are rounded up.
  private static func round(_ votes: UInt128, of total: UInt128, in parts: UInt128) -> UInt128 {
    (2 * votes * parts + total) / (2 * total)
  }

  /// Whether the smaller share, in units of the last decimal, hides neither a vote nor a lead.
  private static func isTrue(
    _ share: UInt128, _ less: UInt128, _ more: UInt128, _ decimals: Int
  ) -> Bool {
    (share > 0 || less == 0) && (2 * share < 100 * powersOfTen[decimals] || less == more)
  }

  private static func text(_ share: UInt128, _ decimals: Int) -> String {
    guard decimals > 0 else { return String(share) }
    let (whole, rest) = share.quotientAndRemainder(dividingBy: powersOfTen[decimals])
    let digits = String(rest)
    return "\(whole)." + String(repeating: "0", count: decimals - digits.count) + digits
  }
}
