import Foundation
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

@Suite("The prepared list")
struct PreparedListTests {
  private func read(_ text: String, _ preset: Preset = .quick) throws -> [Question] {
    try PreparedList(text, QuestionDefaults(preset: preset)).questions
  }

  @Test("a line is a question, with labels behind bars")
  func lines() throws {
    #expect(
      try read("\u{FEFF}Tea?\r\n\n  \nCake? | Aye | Nay | Skip\nRain? | Wet\nA \\| B? |  |  | \n")
        == [
          Question("Tea?"),
          Question("Cake?", yesLabel: "Aye", noLabel: "Nay", abstainLabel: "Skip"),
          Question("Rain?", yesLabel: "Wet"), Question("A | B?"),
        ])
    #expect(try read("") == [])
    #expect(
      try read("Tea?\nCake? | | | ", .formal)
        == [Question("Tea?", abstainLabel: "Abstain"), Question("Cake?")])
  }

  @Test("what is written reads as it was")
  func roundTrip() throws {
    let questions = [
      Question("Tea?"), Question("A|B || C?", yesLabel: "|", noLabel: "x", abstainLabel: "y"),
      Question("Which \\ way?", abstainLabel: "Skip"),
    ]
    for preset in Preset.allCases {
      #expect(try read(PreparedList.text(of: questions), preset) == questions)
    }
  }

  @Test(
    "a mistake names its line",
    arguments: [
      ("Tea?\n| Aye", "Line 2 has a question that cannot be used: it must not be empty."),
      ("Tea? | a | b | c | d", "Line 1 has 5 parts"), ("\n\nTea? | x | X", "Line 3 has two labels"),
      ("Tea? | a | b | A", "Line 1 has two labels"), ("Tea?\tx", "Line 1 has a question"),
      ("Tea? | \u{202E}x", "Line 1 has a label for yes"),
    ])
  func mistakes(text: String, words: String) throws {
    do throws(PreparedList.Mistake) {
      _ = try PreparedList(text, QuestionDefaults())
      Issue.record("no mistake")
    } catch {
      #expect("\(error)".hasPrefix(words), "\(error)")
    }
  }

  @Test("a file of questions waits for the host, and goes on after a restart where it was")
  func file() async throws {
    let folder = try TemporaryFolder()
    let file = "\(folder.path)/questions.txt"
    try Data("Tea?\nCake?\n".utf8).write(to: URL(filePath: file))
    let database = "\(folder.path)/votes.sqlite"
    try await withService("--questions", file, database: database) { service in
      #expect(try service.client().get("/result.json").text.contains(#""phase":"waiting""#))
      #expect(try service.client().get("/vote?yes=true").status == 409)
      _ = try service.script().post("next")
      _ = try service.script().post("open")
    }
    try await withService("--questions", file, database: database) { service in
      let state = try service.script().get().text
      #expect(
        state.contains(#""round":{"number":1,"phase":"open","hidden":false,"question":"Tea?""#))
      #expect(state.contains(#""prepared":[{"question":"Cake?","#))
    }
    try Data("Rain?\nCake? | a | A".utf8).write(to: URL(filePath: file))
    await #expect(throws: UsageError.self) {
      try await withService("--questions", file) { _ in }
    }
    await #expect(throws: UsageError.self) {
      try await withService("--questions", "\(folder.path)/none") { _ in }
    }
  }
}
