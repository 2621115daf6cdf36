/// Cuts a template's source into its parts, from front to back. Any bytes are safe to read.
struct TemplateParser {
  let source: [UInt8]
  let file: String
  private var position = 0
  private var line = 1

  init(source: [UInt8], file: String) {
    self.source = source
    self.file = file
  }

  /// - Parameter constants: texts that are known now; each becomes a part of the text around it.
  mutating func parts(
    names: Set<String>, constants: [String: String]
  ) throws(TemplateError) -> [Template.Part] {
    var parts: [Template.Part] = []
    var text: [UInt8] = []
    while position < source.count {
      guard starts(with: 2, UInt8(ascii: "{")) else {
        text += self.text()
        continue
      }
      let (name, isEscaped) = try tag()
      if let constant = constants[name] {
        if isEscaped { text.appendEscaped(constant) } else { text += constant.utf8 }
        continue
      }
      guard names.contains(name) else { throw error(.unknownName(name)) }
      if !text.isEmpty { parts.append(.text(text)) }
      text = []
      parts.append(.value(name: name, isEscaped: isEscaped))
    }
    if !text.isEmpty { parts.append(.text(text)) }
    return parts
  }

  /// Everything up to the next tag or the end.
  private mutating func text() -> [UInt8] {
    let start = position
    while position < source.count, !starts(with: 2, UInt8(ascii: "{")) {
      if source[position] == UInt8(ascii: "\n") { line += 1 }
      position += 1
    }
    return [UInt8](source[start..<position])
  }

  private mutating func tag() throws(TemplateError) -> (name: String, isEscaped: Bool) {
    let braces = starts(with: 3, UInt8(ascii: "{")) ? 3 : 2
    position += braces
    let start = position
    // A tag stays on its line, so that a forgotten end is reported where it was forgotten.
    while position < source.count, !starts(with: braces, UInt8(ascii: "}")) {
      if source[position] == UInt8(ascii: "\n") { throw error(.unclosedTag) }
      position += 1
    }
    if position == source.count { throw error(.unclosedTag) }
    let name = try name(in: source[start..<position])
    position += braces
    return (name, isEscaped: braces == 2)
  }

  private func name(in bytes: ArraySlice<UInt8>) throws(TemplateError) -> String {
    let space = UInt8(ascii: " ")
    let core = bytes.drop { $0 == space }
    let trimmed = core.prefix { $0 != space }
    let rest = core.dropFirst(trimmed.count)
    guard trimmed.first?.isASCIILetter == true, trimmed.allSatisfy(\.isNameByte),
      rest.allSatisfy({ $0 == space })
    else { throw error(.malformedName(String(decoding: bytes, as: UTF8.self))) }
    return String(decoding: trimmed, as: UTF8.self)
  }

  private func starts(with count: Int, _ byte: UInt8) -> Bool {
    position + count <= source.count
      && source[position..<position + count].allSatisfy { $0 == byte }
  }

  private func error(_ cause: TemplateError.Cause) -> TemplateError {
    TemplateError(file: file, line: line, cause: cause)
  }
}

extension UInt8 {
  fileprivate var isASCIILetter: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
  }

  fileprivate var isNameByte: Bool {
    isASCIILetter || self == UInt8(ascii: "_") || self == UInt8(ascii: ".")
      || self == UInt8(ascii: "-")
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
  }
}
