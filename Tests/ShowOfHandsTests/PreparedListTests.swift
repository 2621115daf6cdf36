import Foundation
import HTTPServer
import Synchronization
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

@Suite("The prepared list")
struct PreparedListTests {
  private func read(_ text: String, _ preset: Preset = .quick) throws -> [Question] {
    try PreparedList(text, QuestionDefaults(preset: preset, in: .english)).questions
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
        == [
          Question("Tea?", abstainLabel: "Abstain", rule: .simple),
          Question("Cake?", rule: .simple),
        ])
  }

  @Test("what is written reads as it was")
  func roundTrip() throws {
    let questions = [
      Question("Tea?"), Question("A|B || C?", yesLabel: "|", noLabel: "x", abstainLabel: "y"),
      Question("Which \\ way?", abstainLabel: "Skip"),
    ]
    for preset in Preset.allCases {
      let ruled = questions.map { question in
        var question = question
        question.rule = preset.rule
        return question
      }
      #expect(try read(PreparedList.text(of: questions), preset) == ruled)
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
      _ = try PreparedList(text, QuestionDefaults(in: .english))
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

  @Test("the same file leaves a list alone that was edited at the desk; another one replaces it")
  func sameFile() async throws {
    let folder = try TemporaryFolder()
    let file = "\(folder.path)/questions.txt"
    let database = "\(folder.path)/votes.sqlite"
    try Data("Tea?\nCake?\nRain?\n".utf8).write(to: URL(filePath: file))
    try await withService("--questions", file, database: database) { service in
      let script = try service.script()
      _ = try script.post("next")
      #expect(try script.post("prepare", "questions=Snow%3F%0ACake%3F").status == 200)
    }
    let lines = Mutex<[String]>([])
    let log = Log { line in lines.withLock { $0.append(line) } }
    func prepared() async throws -> [String] {
      var texts: [String] = []
      try await withService("--questions", file, database: database, log: log) { service in
        texts = service.ballotBox.standing.room.preparedRest.map(\.text)
      }
      return texts
    }
    #expect(try await prepared() == ["Snow?", "Cake?"])
    #expect(
      lines.withLock(\.self).contains {
        $0.hasPrefix("the prepared list goes on where it was, with 2 left")
      })
    try Data("Tea?\nWind?\n".utf8).write(to: URL(filePath: file))
    #expect(try await prepared() == ["Tea?", "Wind?"])
    #expect(
      lines.withLock(\.self).contains {
        $0.hasSuffix("its 2 take the place of the prepared list, of which 2 were left")
      })
  }

  @Test(
    "a file that cannot be used says why, with the line",
    arguments: [
      ("", "The list has no question in it."), (" \n\n", "The list has no question in it."),
      ("Tea?\n| Aye", "Line 2 has a question that cannot be used: it must not be empty."),
      ("Tea?\n\u{0}", "Line 2 has a question that cannot be used: it has a tab"),
      (String(repeating: "Tea?\n", count: 60_000), "The list has more than 256 KiB."),
    ])
  func badFiles(text: String, words: String) throws {
    let folder = try TemporaryFolder()
    let file = "\(folder.path)/questions.txt"
    try Data(text.utf8).write(to: URL(filePath: file))
    #expect(
      try message(of: file).hasPrefix(
        "The questions in \(printable(file)) cannot be used. \(words)"))
  }

  @Test("what cannot be read is said: UTF-16, a folder, a file that is not there, one without end")
  func unreadable() throws {
    let folder = try TemporaryFolder()
    let file = "\(folder.path)/questions.txt"
    try Data([0xFF, 0xFE, 0x54, 0x00]).write(to: URL(filePath: file))
    #expect(try message(of: file).hasSuffix("The list is in UTF-16; save it in UTF-8."))
    #expect(try message(of: folder.path).hasPrefix("Cannot read the questions in \(folder.path): "))
    #expect(try message(of: "\(file).none").hasSuffix("there is no such file."))
    #expect(try message(of: "/dev/zero").hasSuffix("The list has more than 256 KiB."))
  }

  private func message(of file: String) throws -> String {
    do throws(UsageError) {
      _ = try PreparedList(contentsOf: file, QuestionDefaults(in: .english))
      return "it can be used"
    } catch {
      return error.message
    }
  }

  @Test("a pipe is read to its end, in parts, and before anybody waits it is said that it is read")
  func pipe() async throws {
    let folder = try TemporaryFolder()
    let file = "\(folder.path)/pipe"
    #expect(unsafe mkfifo(file, 0o600) == 0)
    async let writer: Void = onThread {
      let pipe = try FileHandle(forWritingTo: URL(filePath: file))
      for part in ["Te", "a?\nCa", "ke? | Aye"] { try pipe.write(contentsOf: Data(part.utf8)) }
      try pipe.close()
    }
    var said: [String] = []
    let list = try PreparedList(contentsOf: file, QuestionDefaults(in: .english)) {
      said.append($0)
    }
    #expect(list.questions == [Question("Tea?"), Question("Cake?", yesLabel: "Aye")])
    #expect(said == ["reading the questions from \(printable(file))"])
    try await writer
  }
}
