import Foundation
import TestSupport
import Testing

@testable import ShowOfHands

@Suite("A file of words")
struct WordsFileTests {
  private func read(_ text: String) throws(WordsError) -> WordsFile {
    try WordsFile(Array(text.utf8), name: "xx.txt")
  }

  @Test("a file of words is lines of a key and its words, with remarks and empty lines between")
  func lines() throws {
    let file = try read(
      "\u{FEFF}# For translators = not words\r\n\r\na.b = Two = three \n  c.d-e=“{name}”, {name}\n")
    #expect(file.texts == ["a.b": "Two = three", "c.d-e": "“{name}”, {name}"])
  }

  @Test(
    "a file of words with a mistake is refused in a sentence with its line",
    arguments: [
      ("a.b = c\nwords", "xx.txt:2: the line is neither “key = words” nor a remark"),
      ("a = b", "xx.txt:1: “a” is not a key"), ("a.b.c = d", "“a.b.c” is not a key"),
      ("a.ä = d", "is not a key"), (".b = d", "is not a key"), ("a.b =  ", "“a.b” has no words"),
      ("a.b = c\n\na.b = d", "xx.txt:3: “a.b” is there twice"),
      ("a.b = {c", "“a.b” has a brace"), ("a.b = c}", "has a brace"), ("a.b = {}", "has a brace"),
      ("a.b = {{c}}", "has a brace"), ("a.b = {c d}", "has a brace"),
    ])
  func mistakes(text: String, sentence: String) {
    let error = #expect(throws: WordsError.self) { try read(text) }
    #expect(error?.description.contains(sentence) == true)
  }

  @Test("a file of words that is not text, or far too large, or not there is refused")
  func unreadable() throws {
    #expect(throws: WordsError("x", nil, .notText)) { try WordsFile([0x61, 0xFF], name: "x") }
    let large = [UInt8](repeating: 0x0A, count: WordsFile.maxBytes + 1)
    #expect(throws: WordsError("x", nil, .tooLarge)) { try WordsFile(large, name: "x") }
    #expect(throws: WordsError("/nowhere/x", nil, .unreadable)) {
      try WordsFile(contentsOf: "/nowhere/x")
    }
    // It has no block on the disk, and is refused before all of it is read.
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/xx.txt"
    try Data().write(to: URL(filePath: path))
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    try file.truncate(atOffset: 1 << 40)
    try file.close()
    #expect(throws: WordsError(path, nil, .tooLarge)) { try WordsFile(contentsOf: path) }
  }

  @Test("a translation has the keys of the original, and in each text the same names in braces")
  func differences() throws {
    let original = try read("a.b = {n} of {m}\nc.d = Yes")
    func difference(_ text: String) throws -> WordsError.Cause? {
      try read(text).difference(from: original)
    }
    #expect(try difference("c.d = Ja\na.b = Von {m}: {n}, {n}") == nil)
    #expect(try difference("a.b = {n} {m}") == .missing("c.d"))
    #expect(try difference("a.b = {n} {m}\nc.d = Ja\ne.f = g") == .unknown("e.f"))
    #expect(try difference("a.b = {n}\nc.d = Ja") == .otherPlaceholders("a.b"))
    #expect(try difference("a.b = {n} {m}\nc.d = {n}") == .otherPlaceholders("c.d"))
  }
}
