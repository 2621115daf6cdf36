import Platform

/// The words of one language, as a translator writes them: lines of `key = words`, and lines that
/// begin with `#` for whoever reads the file. `{name}` in the words stands for a value.
struct WordsFile: Equatable, Sendable {
  let texts: [String: String]

  /// Of a file, in bytes: ten times what a language takes.
  static let maxBytes = 256 * 1024

  /// - Parameter name: what an error calls the file.
  /// - Throws: `WordsError` for the first line that is not one of those.
  init(_ source: [UInt8], name: String) throws(WordsError) {
    guard source.count <= Self.maxBytes else { throw WordsError(name, nil, .tooLarge) }
    guard let source = String(validating: source, as: UTF8.self) else {
      throw WordsError(name, nil, .notText)
    }
    var texts: [String: String] = [:]
    let lines = source.trimmingPrefix("\u{FEFF}")
      .split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      let line = line.trimmingSpaces
      if line.isEmpty || line.hasPrefix("#") { continue }
      do throws(WordsError.Cause) {
        let (key, text) = try Self.entry(line)
        guard texts.updateValue(text, forKey: key) == nil else { throw .repeated(key) }
      } catch {
        throw WordsError(name, index + 1, error)
      }
    }
    self.texts = texts
  }

  /// - Throws: `WordsError` for a file that cannot be read, or has a mistake.
  init(contentsOf path: String) throws(WordsError) {
    let source: [UInt8]
    do throws(SystemError) {
      source = try InputFile(at: path).read(moreThan: Self.maxBytes)
    } catch {
      throw WordsError(path, nil, .unreadable)
    }
    try self.init(source, name: path)
  }

  private static func entry(
    _ line: String
  ) throws(WordsError.Cause) -> (key: String, text: String) {
    guard let equals = line.firstIndex(of: "=") else { throw .noEqualsSign }
    let key = line[..<equals].trimmingSpaces
    let text = line[line.index(after: equals)...].trimmingSpaces
    let parts = key.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts.contains(where: \.isEmpty), key.utf8.allSatisfy(\.isKeyByte)
    else { throw .malformedKey(key) }
    guard !text.isEmpty else { throw .empty(key) }
    guard placeholders(in: text) != nil else { throw .malformedPlaceholder(key) }
    return (key, text)
  }

  /// The names that stand for values; `nil` where a brace is left over.
  static func placeholders(in text: String) -> Set<String>? {
    var names: Set<String> = []
    var rest = text[...]
    while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      let name = rest[rest.index(after: open)...].prefix { $0.isASCII && $0.isLetter }
      guard rest[open] == "{", !name.isEmpty, rest[name.endIndex...].first == "}" else {
        return nil
      }
      names.insert(String(name))
      rest = rest[name.endIndex...].dropFirst()
    }
    return names
  }

  /// What keeps a translation from standing in for `original`: `nil` for nothing.
  func difference(from original: WordsFile) -> WordsError.Cause? {
    let keys = Set(texts.keys)
    let wanted = Set(original.texts.keys)
    if let key = wanted.subtracting(keys).min() { return .missing(key) }
    if let key = keys.subtracting(wanted).min() { return .unknown(key) }
    let changed = texts.filter { key, text in
      Self.placeholders(in: text) != original.texts[key].flatMap(Self.placeholders)
    }
    return changed.keys.min().map(WordsError.Cause.otherPlaceholders)
  }
}

extension UInt8 {
  /// A letter, a digit, or what stands between them in a key.
  fileprivate var isKeyByte: Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
      || self == UInt8(ascii: ".") || self == UInt8(ascii: "-")
  }
}
