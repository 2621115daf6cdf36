import Testing

@testable import ShowOfHands

@Suite("Language ranges")
struct LanguageRangesTests {
  private static let tags = ["en", "ar", "de", "es", "fr", "pt-br"]

  @Test(
    "the language that a browser wants most is found, whatever its region, and nonsense is passed over",
    arguments: [
      ("de", "de"), ("de-CH,de;q=0.9,en;q=0.8", "de"), ("AR-eg", "ar"), ("fr;q=0.5, es", "es"),
      ("en;q=0.8,fr;q=0.801", "fr"), ("pt-BR-x-old", "pt-br"), ("pt, es;q=0.1", "es"),
      ("zh-Hant-TW, de;q=0", nil), ("de;q=0, de-CH", nil), ("", nil), (",,;", nil),
      ("*", "en"), ("ja, *;q=0.5", "en"), ("en;q=0, *", "ar"), ("*;q=0.1, fr;q=0.2", "fr"),
      ("de;q=2, fr;q=0.3", "fr"), ("de;q=0.3333, fr;q=0.1", "fr"), ("de;level=1, es;q=0.1", "es"),
      ("de;q=, fr;q=.5, es;q=1.000", "es"), ("dé, <script>, \u{FFFD}, fr", "fr"),
      ("\tfr ; q=0.7 , de\t;\tq=0.8", "de"), ("de_DE, fr", "fr"), ("de--ch, es", "es"),
      ("english, en-", nil), ("i-klingon, x-pirate, es", "es"),
    ] as [(String, String?)])
  func lookup(field: String, expected: String?) {
    let best = LanguageRanges(field).best(of: Self.tags).map { Self.tags[$0] }
    #expect(best == expected)
  }

  @Test("a field with more ranges than any browser sends is read as far as the limit")
  func limit() {
    let field = Array(repeating: "ja", count: LanguageRanges.max).joined(separator: ",")
    #expect(LanguageRanges("\(field),de").best(of: Self.tags) == nil)
    #expect(LanguageRanges(String(field.dropLast(3)) + ",de").best(of: Self.tags) == 2)
    #expect(LanguageRanges(String(repeating: "de,", count: 10_000)).wanted.count == 32)
  }
}
