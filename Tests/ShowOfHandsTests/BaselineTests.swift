import Foundation
import TestSupport
import Testing

/// Phones of 2020 come to a hall: Chrome 84, Safari 14, Firefox 78. A script with a word that they do
/// not know does not start at all, and a rule of CSS with one does not count.
@Suite("What old phones know")
struct BaselineTests {
  private static let newer = [
    "??=", "||=", "&&=", ".at(", ".replaceAll(", ".replaceChildren(", ".findLast(",
    "AbortSignal.timeout(", "AbortSignal.any(", "Object.hasOwn(", "Promise.any(",
    "structuredClone(", "crypto.randomUUID(", "(?<=", "(?<!", "static {", "\nawait ",
  ]

  private static let folder = packageFolder + "/Public"

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: "\(Self.folder)/\(name)", encoding: .utf8)
  }

  @Test("the scripts of voters and screens use no word that phones of 2020 do not know")
  func scripts() throws {
    // A host's are for a machine of the host's own.
    let hosts = ["desk", "key", "remote", "sign-in"]
    let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
      .filter { name in name.hasSuffix(".js") && !hosts.contains(where: name.hasPrefix) }
    try #require(names.contains("vote.js"))
    for name in names {
      let text = try text(name)
      for word in Self.newer { #expect(!text.contains(word), "\(name) has \(word)") }
    }
  }

  @Test("the voting page hides nothing, and breaks no word, by what phones of 2020 do not know")
  func styles() throws {
    for name in ["style.css", "vote.css"] {
      let text = try text(name)
      #expect(!text.contains(/:not\([^()]*(\]\[|,)/), "\(name) has more than one thing in a :not()")
      #expect(!text.contains("overflow-wrap: anywhere"), "\(name): as word-break: break-word")
    }
  }
}
