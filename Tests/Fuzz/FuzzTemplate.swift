@testable import Templates

/// Whatever a template holds, its text comes out as it is, and no value leaves its place. The
/// first byte of the input says where the template ends and the value begins.
func fuzzTemplate(_ input: [UInt8]) {
  guard let first = input.first else { return }
  let rest = input.dropFirst()
  let source = Array(rest.dropLast(Int(first)))
  let value = String(decoding: rest.suffix(Int(first)), as: UTF8.self)
  checkEscaping(value)
  do {
    let template = try Template(source, file: "page", names: names)
    check(template, of: source)
    checkRendering(template, with: value)
  } catch {
    let lines = source.count { $0 == UInt8(ascii: "\n") } + 1
    precondition(error.line.map { (1...lines).contains($0) } == true, "\(error)")
    precondition(error.description.hasPrefix("page:\(error.line!): "))
  }
}

private let names: Set = ["a", "yes", "b_1"]
private let braces = [UInt8]("{{".utf8)

// MARK: Parsing

private func check(_ template: Template, of source: [UInt8]) {
  var expected = 0
  for part in template.parts {
    switch part {
    case .text(let bytes):
      precondition(!bytes.isEmpty && !bytes.contains(braces))
      expected += bytes.count
    case .value(let name, let isEscaped):
      precondition(names.contains(name))
      expected += name.utf8.count + (isEscaped ? 4 : 6)
    }
  }
  let plain = written(template.parts)
  precondition(plain.count == expected && expected <= source.count)
  // Only the spaces in tags may be gone.
  let space = UInt8(ascii: " ")
  precondition(plain.filter { $0 != space } == source.filter { $0 != space })
  // What was read once can be read again.
  let again = try! Template(plain, file: "page", names: names)
  precondition(again.parts == template.parts)
}

/// The source of a template with these parts.
private func written(_ parts: [Template.Part]) -> [UInt8] {
  parts.flatMap { part in
    switch part {
    case .text(let bytes): bytes
    case .value(let name, true): Array("{{\(name)}}".utf8)
    case .value(let name, false): Array("{{{\(name)}}}".utf8)
    }
  }
}

// MARK: Rendering

private func checkRendering(_ template: Template, with value: String) {
  let escaped = render("{{a}}", value)
  var expected: [UInt8] = []
  for part in template.parts {
    switch part {
    case .text(let bytes): expected += bytes
    case .value(_, let isEscaped): expected += isEscaped ? escaped : Array(value.utf8)
    }
  }
  let values = Dictionary(uniqueKeysWithValues: names.map { ($0, value) })
  precondition(template.render(values) == expected)
}

/// An escaped value holds nothing that could end text or an attribute, and reads as the value.
private func checkEscaping(_ value: String) {
  precondition(render("{{{a}}}", value) == Array(value.utf8))
  let escaped = render("{{a}}", value)
  precondition(!escaped.contains { Array("<>\"'".utf8).contains($0) })
  precondition(unescaped(escaped) == Array(value.utf8))
}

private func render(_ source: String, _ value: String) -> [UInt8] {
  // The name is among those that are supplied.
  try! Template(Array(source.utf8), file: "page", names: names).render(["a": value])
}

private let references: [(text: [UInt8], byte: UInt8)] = [
  (Array("&amp;".utf8), UInt8(ascii: "&")), (Array("&lt;".utf8), UInt8(ascii: "<")),
  (Array("&gt;".utf8), UInt8(ascii: ">")), (Array("&quot;".utf8), UInt8(ascii: "\"")),
  (Array("&#39;".utf8), UInt8(ascii: "'")),
]

/// As a browser reads it; `nil` for an ampersand that starts none of the references.
private func unescaped(_ bytes: [UInt8]) -> [UInt8]? {
  var text: [UInt8] = []
  var rest = bytes[...]
  while let byte = rest.first {
    if byte != UInt8(ascii: "&") {
      text.append(byte)
      rest = rest.dropFirst()
    } else if let reference = references.first(where: { rest.starts(with: $0.text) }) {
      text.append(reference.byte)
      rest = rest.dropFirst(reference.text.count)
    } else {
      return nil
    }
  }
  return text
}
