import Testing

@testable import ShowOfHands

@Suite("A text for the room")
struct DisplayTextTests {
  @Test(
    "a text for the room is refused for what is wrong with it and nothing else",
    arguments: [
      ("", .empty), (" ", .invisible), ("\u{3000}\u{2003}", .invisible), ("\u{200B}", .invisible),
      ("\u{FEFF}\u{200D}", .invisible), ("\u{2800}", .invisible), ("\u{3164}", .invisible),
      ("\u{AD}", .invisible), ("\u{200F}", .invisible),
      ("a\nb", .lineBreak), ("a\r\nb", .lineBreak), ("a\u{2028}b", .lineBreak),
      ("a\u{85}b", .lineBreak), ("\n", .lineBreak), ("a\u{B}b", .lineBreak),
      ("a\tb", .control), ("a\u{1B}[31mb", .control), ("a\u{7F}", .control), ("a\u{9B}", .control),
      ("a\0", .control),
      ("a\u{202E}b", .direction), ("\u{2067}a\u{2069}", .direction), ("a\u{FFFD}b", .notText),
      (String(repeating: "x", count: 501), .tooLong(byteCount: 501)),
      (String(repeating: "é", count: 251), .tooLong(byteCount: 502)),
    ] as [(String, DisplayText.Problem)])
  func refused(text: String, problem: DisplayText.Problem) {
    #expect(DisplayText.problem(in: text) == problem)
  }

  @Test(
    "a text for the room may be in any language, with marks of direction and joined emoji",
    arguments: [
      "Tea?", #"Will "Hello, World!" bring world peace?"#, "هل توافق؟", "האם\u{200F} (A)?", "👩‍👩‍👧‍👦",
      "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
      "क्‍ष", ".", String(repeating: "x", count: 500), " a ",
    ])
  func taken(text: String) {
    #expect(DisplayText.problem(in: text) == nil)
  }

  @Test("two labels look the same where only what nobody sees is different")
  func same() {
    #expect(DisplayText.looksTheSame("Yes", "yes "))
    #expect(DisplayText.looksTheSame("Y\u{200B}es", "Yes"))
    #expect(DisplayText.looksTheSame("é", "e\u{301}"))
    #expect(!DisplayText.looksTheSame("Yes", "No"))
    #expect(!DisplayText.looksTheSame("A", "A!"))
  }
}
