import Testing
import Voting

@testable import ShowOfHands

@Suite("The desk's key")
struct DeskKeyTests {
  @Test("a key made here is 26 letters and digits that nobody takes for others")
  func text() {
    #expect(DeskKey(0).text == "00000000000000000000000000")
    #expect(DeskKey(.max).text == "7zzzzzzzzzzzzzzzzzzzzzzzzz")
    for _ in 0..<100 {
      let key = DeskKey(.random(in: .min ... .max))
      #expect(key.text.wholeMatch(of: /[0-9a-hjkmnp-tv-z]{26}/) != nil)
    }
    #expect(Set((0..<100).map { DeskKey($0).text }).count == 100)
  }

  @Test("a key that was read off a projector opens as it was meant")
  func folded() {
    let key = DeskKey(0x1001_2345_6789_abcd_ef01_2345_6789_abcd)
    #expect(key.matches(key.text))
    #expect(key.matches(key.text.uppercased()))
    let typed = key.text.replacing("0", with: "O").replacing("1", with: "l")
    #expect(key.matches("  \(typed.prefix(13))-\(typed.dropFirst(13)) "))
    #expect(!key.matches(""))
    #expect(!key.matches(String(key.text.dropLast())))
    #expect(!key.matches(key.text + "0"))
    #expect(!key.matches(key.text + key.text))
    #expect(!key.matches("\u{0}" + key.text.dropFirst()))
  }

  @Test("a key of the host's own is taken to the letter")
  func fixed() {
    let key = DeskKey(fixed: "Correct.Horse-0l", ledgerKey: 1)
    #expect(key.matches("Correct.Horse-0l"))
    #expect(!key.matches("correct.horse-0l"))
    #expect(!key.matches("Correct.Horse-01"))
    #expect(!key.matches(DeskKey(1).text))
  }

  @Test(
    "a key of the host's own is long enough and stands in an address as it is",
    arguments: [
      ("0123456789abcdef", true), ("0123456789abcde", false), ("", false),
      ("0123456789abcde f", false), ("0123456789abcde#f", false), ("0123456789abcdé", false),
      (String(repeating: "x", count: 128), true), (String(repeating: "x", count: 129), false),
    ])
  func problems(text: String, isFine: Bool) {
    #expect((DeskKey.problem(in: text) == nil) == isFine)
  }

  @Test("a session proves the key, tells nothing of it, and ends a day later")
  func session() throws {
    let key = DeskKey(7)
    let session = DeskSession(openedWith: key, atSeconds: 1_000)
    let read = try #require(DeskSession("\(session)"))
    #expect(read == session)
    #expect(!"\(session)".contains(key.text))
    #expect(read.isOpen(key, atSeconds: 1_000))
    #expect(read.isOpen(key, atSeconds: 1_000 + 24 * 3600 - 1))
    #expect(!read.isOpen(key, atSeconds: 1_000 + 24 * 3600))
    #expect(!read.isOpen(DeskKey(8), atSeconds: 1_000))
    #expect(!read.isOld(atSeconds: 1_000 + 12 * 3600 - 1))
    #expect(read.isOld(atSeconds: 1_000 + 12 * 3600))
    let fixed = DeskKey(fixed: "0123456789abcdef", ledgerKey: 7)
    #expect(!read.isOpen(fixed, atSeconds: 1_000))
    #expect(
      !DeskSession(openedWith: fixed, atSeconds: 1_000)
        .isOpen(DeskKey(fixed: "0123456789abcdef", ledgerKey: 8), atSeconds: 1_000))
    #expect(
      !DeskSession(openedWith: fixed, atSeconds: 1_000)
        .isOpen(DeskKey(fixed: "0123456789abcdeg", ledgerKey: 7), atSeconds: 1_000))
  }

  @Test("a session that somebody made longer, or made up, is none")
  func forged() throws {
    let key = DeskKey(7)
    let text = "\(DeskSession(openedWith: key, atSeconds: 1_000))"
    let seal = text.drop { $0 != "." }
    for forged in [
      "9999999999\(seal)", "87401\(seal)", text + "0", String(text.dropLast()), "", ".", "1.2",
      "-1\(seal)", "99999999999999999999\(seal)", "\(text).x",
      text.prefix { $0 != "." } + "." + String(repeating: "0", count: 32),
    ] {
      #expect(DeskSession(forged)?.isOpen(key, atSeconds: 1_000) != true, "\(forged)")
    }
  }
}
