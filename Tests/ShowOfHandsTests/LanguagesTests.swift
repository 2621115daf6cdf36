import Foundation
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

@Suite("The languages")
struct LanguagesTests {
  private static let tags = allLanguages.all.map(\.language)

  private func wanting(_ languages: String) -> String { "Accept-Language: \(languages)\r\n" }

  @Test("a page comes in the language that its reader's browser asks for, and says which")
  func pages() async throws {
    try await withService { service in
      for path in ["/", "/result", "/desk", "/nothing"] {
        for tag in Self.tags {
          let fields = "Accept: text/html\r\n" + wanting("xx, \(tag)-ZZ;q=0.9, en;q=0.1")
          let page = try service.client().get(path, fields: fields)
          #expect(page["content-language"] == tag)
          #expect(page["vary"] == "Accept-Language")
          let direction = tag == "ar" ? "rtl" : "ltr"
          #expect(page.text.contains("<html lang=\"\(tag)\" dir=\"\(direction)\">"), "\(path)")
          #expect(!page.text.contains("{{"))
        }
        let plain = try service.client().get(path, fields: "Accept: text/html\r\n")
        #expect(plain["content-language"] == "en")
      }
    }
  }

  @Test("a page is in the language that the host has fixed, whatever browsers ask for")
  func fixed() async throws {
    try await withService("--language", "de") { service in
      let page = try service.client().get("/", fields: wanting("ar"))
      #expect(page["content-language"] == "de")
      #expect(page["vary"] == nil)
      #expect(page.text.contains(">Ja<") && page.text.contains(">Nein<"))
      #expect(service.ballotBox.round?.question.text.contains("Hello, World!") == true)
      // What a script asks without labels has those of the room.
      let asked = try service.script().post("ask", "question=Tee%3F&abstain=&preset=formal")
      #expect(asked.text.contains(#""yesLabel":"Ja","noLabel":"Nein""#))
      #expect(
        try service.script().post("ask", "question=Tee%3F&preset=formal").text.contains(
          "Enthaltung"))
    }
  }

  @Test("the words of a round are as they were asked, whatever language its page is in")
  func ownWords() async throws {
    try await withService("--question", "Tea?") { service in
      let page = try service.client().get("/", fields: wanting("ar")).text
      #expect(page.contains(">Yes<") && page.contains(">No<") && page.contains(">Tea?<"))
    }
  }

  @Test("a language that is not there is refused in a sentence with those that are")
  func unknown() async throws {
    let error = await #expect(throws: UsageError.self) {
      try await withService("--language", "tlh") { _ in }
    }
    let names = Self.tags.joined(separator: ", ")
    #expect("\(try #require(error))".contains("it must be one of \(names)."))
  }

  @Test("labels that are alike in the language of the room are refused, those of another are not")
  func labels() async throws {
    await #expect(throws: UsageError.self) {
      try await withService("--language", "de", "--yes", "nein") { _ in }
    }
    try await withService("--language", "de", "--yes", "No") { _ in }
  }

  @Test("an error has its code for scripts in every language, and its sentence for people")
  func errors() async throws {
    try await withService { service in
      for tag in Self.tags {
        let fields = wanting(tag)
        let script = try service.client().get("/nothing", fields: fields)
        #expect(
          script.text == #"{"code":"not-found","error":"There is nothing at this address."}"#)
        let person = try service.client().get("/nothing", fields: fields + "Accept: text/html\r\n")
        let isEnglish = person.text.contains("There is nothing at this address.")
        #expect(isEnglish == (tag == "en"))
      }
    }
  }

  @Test("a table for spreadsheets has its headings in the reader's language, its columns in order")
  func table() async throws {
    try await withService { service in
      let columns = RoundResult.englishHeadings.count
      for tag in Self.tags {
        let table = try service.client().get("/result.csv", fields: wanting(tag))
        #expect(table["content-language"] == tag)
        let lines = table.text.split(separator: "\r\n")
        #expect(lines[0].split(separator: ",").count == columns)
        #expect(lines[1].hasPrefix("1,\"Will "))
      }
      let plain = try service.client().get("/result.csv").text
      #expect(plain.hasPrefix("\u{FEFF}round,question,yes label,no label,yes,no,total,"))
    }
  }

  @Test("words that few scripts need are given when they ask for them")
  func onDemand() async throws {
    try await withService { service in
      for group in VotingSite.wordsOnDemand {
        for tag in Self.tags {
          let reply = try service.client().get("/words/\(group).json", fields: wanting(tag))
          #expect(reply["content-language"] == tag)
          let words = try JSONDecoder().decode([String: String].self, from: Data(reply.body))
          #expect(!words.isEmpty)
        }
      }
      for path in ["/words/room.json", "/words/en.txt", "/words/", "/words/keys"] {
        #expect(try service.client().get(path).status == 404)
      }
    }
  }

  @Test("a start with broken words is refused in a sentence that says where")
  func broken() async throws {
    let folder = try TemporaryFolder()
    for name in ["Public", "Views"] {
      try FileManager.default.copyItem(
        atPath: "\(packageFolder)/\(name)", toPath: "\(folder.path)/\(name)")
    }
    let file = "\(folder.path)/Views/words/de.txt"
    let words = try String(contentsOfFile: "\(folder.path)/Views/words/en.txt", encoding: .utf8)
    for (text, sentence) in [
      (words.replacing("phone.sending = ", with: "phone.sendig = "), "“phone.sending” is missing"),
      (words + "\nphone.more = More", "“phone.more” is used nowhere"),
      (words.replacing("{seconds}", with: "{second}"), "has other names in braces"),
      (words.replacing("= ltr", with: "= left"), "must be ltr or rtl"),
      (words + "\nwords", "the line is neither"),
    ] {
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      let error = #expect(throws: WordsError.self) {
        try Languages(folder: "\(folder.path)/Views/words")
      }
      #expect(error?.description.contains(sentence) == true)
      #expect(error?.description.contains("de.txt") == true)
    }
  }
}
