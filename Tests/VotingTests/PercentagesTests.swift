import Testing

@testable import Voting

@Suite("Percentages")
struct PercentagesTests {
  @Test("percentages of any tally sum to 100 and hide neither a vote nor a lead")
  func rules() throws {
    var numbers = Array(0...60) + [199, 200, 499, 500, 501, 999, 1000, 9_999, 100_000, 1 << 40]
    numbers += [Int.max / 2, Int.max]
    for yes in numbers {
      for no in numbers where yes > 0 || no > 0 {
        let percentages = Percentages(Tally(yes: yes, no: no))
        let shares = [percentages.yes, percentages.no].map(hundredths)
        #expect(shares[0] + shares[1] == 10_000, "\(yes):\(no)")
        #expect((shares[0] > shares[1]) == (yes > no), "\(yes):\(no)")
        #expect((shares[0] == shares[1]) == (yes == no), "\(yes):\(no)")
        #expect((shares[0] == 0) == (yes == 0), "\(yes):\(no)")
        #expect((shares[1] == 0) == (no == 0), "\(yes):\(no)")
        let exchanged = Percentages(Tally(yes: no, no: yes))
        #expect(exchanged.yes == percentages.no && exchanged.no == percentages.yes)
      }
    }
  }

  /// `99.9` as 9,990.
  private func hundredths(_ text: String) -> Int {
    let parts = text.split(separator: ".")
    let decimals = parts.count > 1 ? parts[1] : ""
    return Int(parts[0] + decimals + String(repeating: "0", count: 2 - decimals.count)) ?? -1
  }
}
