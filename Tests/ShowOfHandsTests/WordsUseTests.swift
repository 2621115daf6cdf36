import Foundation
import HTTPServer
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

/// Where every word is used, and that nothing a person can read stands anywhere else.
@Suite("The words")
struct WordsUseTests {
  private static func names(in folder: String, _ ending: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(packageFolder)/\(folder)")
      .filter { $0.hasSuffix(ending) }.sorted()
  }

  private static func text(_ path: String) throws -> String {
    try String(contentsOfFile: "\(packageFolder)/\(path)", encoding: .utf8)
  }

  private static func views() throws -> [String: String] {
    try names(in: "Views", ".html").reduce(into: [:]) { $0[$1] = try text("Views/\($1)") }
  }

  private static func scripts() throws -> [String: String] {
    try names(in: "Public", ".js").reduce(into: [:]) { $0[$1] = try text("Public/\($1)") }
  }

  /// The source of the program, in one text.
  private static func sources() throws -> String {
    let folder = "\(packageFolder)/Sources"
    let files = FileManager.default.enumerator(atPath: folder)?.allObjects as? [String] ?? []
    return try files.filter { $0.hasSuffix(".swift") && !$0.hasSuffix("Words+Key.swift") }
      .map { try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8) }.joined()
  }

  private static let keys = try! WordsFile(
    contentsOf: "\(packageFolder)/Views/words/en.txt"
  ).texts.keys.sorted()

  @Test("words are used: each in a page, in a script or by the program")
  func used() throws {
    let views = try Self.views().values.joined()
    let scripts = try Self.scripts().values.joined()
    let sources = try Self.sources()
    let steps = Set(RecordEntry.Kind.allCases.map(\.rawValue))
    for key in Self.keys {
      let parts = key.split(separator: ".").map(String.init)
      let (group, name) = (parts[0], parts[1])
      let isInScript =
        try scripts.contains(Regex(#"(\.\#(name)\b|[{ ]\#(name)[,: }]|"\#(name)")"#))
      let isUsed =
        switch group {
        case "language": true
        case "state", "screen", "phone", "countdown", "delivery", "keys", "signing", "host",
          "receipt", "fault":
          isInScript
        case "record": steps.contains(name)
        case "error":
          // By default a code is the reason phrase of its status.
          sources.contains("\"\(name)\"") || views.contains("{{\(key)}}")
            || sources.lowercased().contains("\"\(name.replacing("-", with: " "))\"")
        case "address": sources.contains("\"\(name)\"")
        case "status": name == "other" || Int(name) != nil
        default: views.contains("{{\(key)}}")
        }
      let isByProgram = Words.Key(rawValue: key) != nil
      #expect(isUsed || isByProgram, "\(key) is used nowhere")
    }
  }

  @Test("words of the program are used by it")
  func programUses() throws {
    let sources = try Self.sources()
    let keys = try Self.text("Sources/ShowOfHands/Words/Words+Key.swift")
    for match in keys.matches(of: #/case (\w+) = /#) {
      #expect(sources.contains(try Regex(#"\.\#(match.1)\b"#)), "\(match.1)")
    }
  }

  @Test("a word that a script uses is there, in its page or on demand")
  func scriptsHave() throws {
    let word = #/\b(phone|host|signing|said)\.(\w+)/#
    let groups = Dictionary(grouping: Self.keys) { String($0.prefix { $0 != "." }) }
    for (file, script) in try Self.scripts() {
      for match in script.matches(of: word) {
        let group = match.1 == "said" ? "screen" : String(match.1)
        #expect(groups[group]?.contains("\(group).\(match.2)") == true, "\(file): \(match.0)")
      }
    }
  }

  @Test("the record has words for each of its steps, and the desk for each remark on an address")
  func complete() {
    for kind in RecordEntry.Kind.allCases { #expect(Self.keys.contains("record.\(kind)")) }
    let remarks: [AddressRemark] = [
      .recommended, .publicURL, .host, .local, .chosen, .cable, .wifi, .network("a"),
      .virtual("a"), .tunnel("a"), .shared, .publicIPv4, .publicIPv6, .ipv6, .container("a"),
      .pastProxy,
    ]
    for remark in remarks { #expect(Self.keys.contains("address.\(remark.code)")) }
  }

  @Test("errors that people can meet have words: every code that the program gives")
  func errors() throws {
    // What only scripts are told has the sentence of the server.
    let forScripts: Set = ["bad-input", "warning"]
    for match in try Self.sources().matches(of: /(?:code: |"reason": )"([a-z-]+)"/) {
      let code = String(match.1)
      #expect(
        Self.keys.contains("error.\(code)") || forScripts.contains(code), "no words for \(code)")
    }
  }

  @Test("a page has no words of its own: what people read in it comes from the words")
  func viewsAreEmpty() throws {
    for (file, view) in try Self.views() {
      let bare = view.replacing(/\{\{.*?\}\}\}?/, with: "")
      let readable =
        bare.matches(of: /(?:alt|title|placeholder|aria-label|data-waiting)="([^"]*)"/)
        .map { String($0.1) } + [bare.replacing(/<[^>]*>/, with: "")]
      for text in readable {
        let words = text.replacing(/\b(CSV|JSON)\b/, with: "").filter(\.isLetter)
        #expect(words.isEmpty, "\(file): \(words)")
      }
    }
  }

  @Test("a script has no sentences of its own: what people read comes from the words")
  func scriptsAreEmpty() throws {
    for (file, script) in try Self.scripts() {
      let code = script.replacing(/\/\*.*?\*\//.dotMatchesNewlines(), with: "")
        .replacing(/(^|\s)\/\/[^\n]*/, with: "")
      for match in code.matches(of: /"([^"\n]*)"|`([^`]*)`/) {
        let text = String(match.1 ?? match.2 ?? "").replacing(/\$\{[^}]*\}/, with: "")
        let isSentence =
          text.contains(/^[^.]*[A-Za-z]{2,}[…!?.]$/) || text.contains(/^[A-Z][a-z]+ [a-z]/)
        #expect(!isSentence, "\(file): \(text)")
      }
    }
  }

  @Test("the headings of the table are in English what terminals and scripts know")
  func headings() {
    #expect(RoundResult.headings(in: .english) == RoundResult.englishHeadings)
  }

  @Test("the sentences of errors are in English what scripts are told")
  func sentences() throws {
    let desk = HTTPError.keyWanted
    #expect(Words.english.sentence(of: desk) == desk.message)
    let list = #expect(throws: PreparedList.Mistake.self) {
      try PreparedList("a\n\nTea? | a | b | c | d", QuestionDefaults(in: .english))
    }
    let error = HTTPError.badDeskField("\(try #require(list))", list?.details ?? [:])
    #expect(
      Words.english.sentence(of: error)
        == "Line 3: It has 5 parts; write a question and at most three labels, with | between.")
  }
}
