import Foundation
import Templates
import Testing

private func template(_ source: String, names: Set<String> = ["name"]) throws -> Template {
  try Template(Array(source.utf8), file: "page.html", names: names)
}

private func render(_ source: String, _ values: [String: String]) throws -> String {
  let page = try template(source, names: Set(values.keys)).render(values)
  return String(decoding: page, as: UTF8.self)
}

@Test("two braces fill in a value that stays text in HTML")
func escaped() throws {
  let page = try render("<p title='{{name}}'>{{ name }}</p>", ["name": "<a href=\"x\">R&D's</a>"])
  let text = "&lt;a href=&quot;x&quot;&gt;R&amp;D&#39;s&lt;/a&gt;"
  #expect(page == "<p title='\(text)'>\(text)</p>")
}

@Test("three braces fill in a value as it is")
func unescaped() throws {
  #expect(try render("<p>{{{name}}}</p>", ["name": "<b>&</b>"]) == "<p><b>&</b></p>")
}

@Test(
  "everything else is text",
  arguments: ["", "{", "}", "}}", "}}}", "a { b } c", "{ {name} }", "é 👋 \u{0}\r\n"])
func text(_ source: String) throws {
  #expect(try render(source, [:]) == source)
}

@Test("tags may touch each other, braces and the ends of the file")
func touching() throws {
  let values = ["a": "1", "b": "2"]
  #expect(try render("{{a}}{{b}}{{{a}}}", values) == "121")
  #expect(try render("{{a}}}", values) == "1}")
}

@Test("a value is never read as a template")
func valuesAreNotTemplates() throws {
  #expect(try render("{{a}}{{{a}}}", ["a": "{{b}}", "b": "no"]) == "{{b}}{{b}}")
}

@Test("a template may leave out names that the program supplies")
func leftOut() throws {
  #expect(try template("hello", names: ["name", "other"]).render([:]) == Array("hello".utf8))
}

@Test(
  "a mistake is reported with its file and line",
  arguments: [
    ("<p>\n\n{{name", "page.html:3: a tag is not closed"),
    ("{{name\n}}", "page.html:1: a tag is not closed"),
    ("{{name}", "page.html:1: a tag is not closed"),
    ("\n{{{name}}", "page.html:2: a tag is not closed"),
    ("{{", "page.html:1: a tag is not closed"),
    ("{{}}", "page.html:1: “” is not a name"),
    ("{{  }}", "page.html:1: “  ” is not a name"),
    ("{{#each}}", "page.html:1: “#each” is not a name"),
    ("{{a b}}", "page.html:1: “a b” is not a name"),
    ("{{1a}}", "page.html:1: “1a” is not a name"),
    ("{{{{name}}}}", "page.html:1: “{name” is not a name"),
    ("{{name}}\r\n{{ nmae }}", "page.html:2: there is no value called “nmae”"),
    ("{{{nmae}}}", "page.html:1: there is no value called “nmae”"),
  ])
func mistakes(_ source: String, _ description: String) {
  let error = #expect(throws: TemplateError.self) { try template(source) }
  #expect(error?.description == description)
}

@Test("a missing file is reported by its name")
func missingFile() throws {
  let error = #expect(throws: TemplateError.self) {
    try Template(contentsOf: "no-such-folder/page.html", names: [])
  }
  #expect(try #require(error).description.hasPrefix("no-such-folder/page.html: cannot be read: "))
}

@Test("a file is read as its bytes")
func file() throws {
  let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).html")
  try Data("Hello, {{name}}!".utf8).write(to: path)
  // A file that stays behind in the system's temporary folder harms nobody.
  defer { try? FileManager.default.removeItem(at: path) }
  let template = try Template(contentsOf: path.path, names: ["name"])
  #expect(template.render(["name": "World"]) == Array("Hello, World!".utf8))
}

@Test("a file that is far too large is refused before all of it is read")
func tooLarge() throws {
  let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).html")
  try Data().write(to: path)
  defer { try? FileManager.default.removeItem(at: path) }
  // It has no block on the disk.
  let file = try FileHandle(forWritingTo: path)
  try file.truncate(atOffset: 1 << 40)
  try file.close()
  // A link to it says a size of its own.
  let link = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).html")
  try FileManager.default.createSymbolicLink(at: link, withDestinationURL: path)
  defer { try? FileManager.default.removeItem(at: link) }
  for place in [path, link] {
    let error = #expect(throws: TemplateError.self) {
      try Template(contentsOf: place.path, names: [])
    }
    #expect(error?.description.hasSuffix("cannot be read: it is larger than 4 MB") == true)
  }
}

@Test("no bytes crash the parser, and what it takes it gives back")
func anyBytes() {
  let alphabet: [UInt8] = Array("{{{}}}ab \n".utf8) + [0, 0x7F, 0x80, 0xC3, 0xFF]
  var random = SystemRandomNumberGenerator()
  for _ in 0..<20_000 {
    let count = Int.random(in: 0...24, using: &random)
    let source = (0..<count).map { _ in alphabet.randomElement(using: &random)! }
    // Most of these are refused, rightly; only a crash would be a fault.
    guard let template = try? Template(source, file: "", names: ["a", "b"]) else { continue }
    let page = template.render(["a": "", "b": ""])
    if !source.contains(UInt8(ascii: "{")) { #expect(page == source) }
    #expect(page.count <= source.count)
  }
}

@Test("a value that was promised and is missing is the program's own fault")
func missingValue() async {
  await #expect(processExitsWith: .failure) {
    _ = try template("{{name}}").render([:])
  }
}
