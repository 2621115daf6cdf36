import Testing
import Voting

@testable import ShowOfHands

@Suite("What binds a round, on the big screen")
struct FingerprintWordsTests {
  private func html(
    _ fingerprint: String?, isHidden: Bool = false, hasReceipts: Bool = true
  ) -> String {
    let round = Round(
      number: 3, question: Question("Tea?"), openedSeconds: 0,
      closedSeconds: fingerprint == nil ? nil : 60, isHidden: isHidden, hasReceipts: hasReceipts,
      fingerprint: fingerprint)
    let disclosed = RoundTally(round: round, tally: Tally(yes: 50)).disclosed
    return FingerprintWords(disclosed, in: .english).html
  }

  private let short =
    "<span class=\"fingerprint\">Fingerprint: \u{2066}0123 4567\u{2069}</span>"

  @Test("of a fingerprint a hall sees the first eight digits, and how many ballots are in the list")
  func closed() {
    #expect(
      html("0123456789abcdef") == short + #"<span class="list">Ballots in the list: 50</span>"#)
  }

  @Test("a hidden round that is closed is bound before anybody sees a number, or its list")
  func hidden() {
    #expect(html("0123456789abcdef", isHidden: true) == short)
    #expect(html("0123456789abcdef", hasReceipts: false) == short)
  }

  @Test("nothing binds a round that is open, and a damaged fingerprint stays text in a page")
  func others() {
    #expect(html(nil).isEmpty)
    #expect(FingerprintWords(nil, in: .english).html.isEmpty)
    #expect(html("<b>&").contains("&lt;b&gt;&amp;"))
  }
}
