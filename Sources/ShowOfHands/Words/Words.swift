import HTTPServer
import Voting

/// What the pages say, in one language. The words are in `Views/words`; `Words+Key.swift` has the keys
/// that the program itself uses, the templates and the scripts have theirs.
struct Words: Sendable {
  /// A language tag (RFC 5646), as the file is called: `de`.
  let language: String
  private let texts: [String: String]

  /// - Parameter language: a language tag.
  /// - Throws: `missing` where the program needs a word that is not there, `direction`.
  init(_ texts: [String: String], language: String) throws(WordsError.Cause) {
    if let key = Key.allCases.first(where: { texts[$0.rawValue] == nil }) {
      throw .missing(key.rawValue)
    }
    let steps = RecordEntry.Kind.allCases.map { "record.\($0)" }
    if let key = steps.first(where: { texts[$0] == nil }) { throw .missing(key) }
    guard ["ltr", "rtl"].contains(texts[Key.direction.rawValue]) else { throw .direction }
    self.texts = texts
    self.language = language
  }

  subscript(_ key: Key) -> String {
    // Their being there was checked when it was made.
    texts[key.rawValue]!
  }

  /// The words with values in place of the names in braces.
  func text(_ key: Key, _ values: [String: String]) -> String {
    Self.filled(self[key], values)
  }

  /// What stands before a name in braces, and what behind it.
  func parts(_ key: Key, around name: String) -> (before: String, after: String) {
    let text = self[key]
    guard let range = text.firstRange(of: "{\(name)}") else { return (text, "") }
    return (String(text[..<range.lowerBound]), String(text[range.upperBound...]))
  }

  /// A name without a value stays as it is.
  private static func filled(_ text: String, _ values: [String: String]) -> String {
    var filled = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
      let name = rest[rest.index(after: open)..<close]
      filled += rest[..<open]
      filled += values[String(name)] ?? "{\(name)}"
      rest = rest[rest.index(after: close)...]
    }
    return filled + rest
  }

  /// What the record says of a step.
  func text(of kind: RecordEntry.Kind) -> String {
    // Their being there was checked when it was made.
    texts["record.\(kind)"]!
  }

  /// What a host should know of an address; in English where no word is there for it.
  func text(of remarks: [AddressRemark]) -> String {
    let all = remarks.map { remark in
      let text = texts["address.\(remark.code)"] ?? remark.text
      return Self.filled(text, remark.name.map { ["name": $0] } ?? [:])
    }
    return all.joined(separator: "\(self[.comma]) ")
  }

  // MARK: Errors

  /// What is said of an error, by its code; its own sentence where no word is for people.
  func sentence(of error: HTTPError) -> String {
    let name = error.details["reason"] ?? error.code
    guard let text = texts["error.\(name)"] else { return error.message }
    let sentence = Self.filled(text, error.details)
    guard let line = error.details["line"] else { return sentence }
    return self.text(.listLine, ["line": line, "problem": sentence])
  }

  func title(of status: Status) -> String {
    texts["status.\(status.code)"] ?? text(.otherStatus, ["status": "\(status.code)"])
  }

  // MARK: For templates and scripts

  /// The words as templates name them, and the language with them.
  var constants: [String: String] {
    texts.merging(["language.code": language]) { $1 }
  }

  /// The words of these groups for scripts, by group and name: JSON that may stand in a page.
  func json(_ groups: [String]) -> String {
    OrderedJSON.object(groups.map { .init(name: $0, value: group($0)) }).embeddable
  }

  /// The same for one group, without its name.
  func json(_ group: String) -> String { self.group(group).embeddable }

  private func group(_ group: String) -> OrderedJSON {
    let prefix = "\(group)."
    let own = texts.filter { $0.key.hasPrefix(prefix) }.sorted { $0.key < $1.key }
    return .object(
      own.map { .init(name: String($0.key.dropFirst(prefix.count)), value: .text($0.value)) })
  }
}

extension OrderedJSON {
  /// As it may stand in a `script` element: nothing in it ends one (HTML, section 4.12.1.3).
  fileprivate var embeddable: String { string.replacing("<", with: "\\u003c") }
}
