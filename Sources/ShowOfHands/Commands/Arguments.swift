/// The words of a command line: names with values behind a space or an equals sign.
struct Arguments {
  private var rest: [String]
  /// The value that came with the name.
  private var attached: String?

  init(_ arguments: some Sequence<String>) { rest = arguments.reversed() }

  /// The next word: the part before `=` where it starts with `--`.
  mutating func nextName() -> String? {
    guard let word = rest.popLast() else { return nil }
    guard word.hasPrefix("--"), let equals = word.firstIndex(of: "=") else { return word }
    attached = String(word[word.index(after: equals)...])
    return String(word[..<equals])
  }

  /// The value of the name that came last.
  mutating func value(of name: String, expected: String) throws(UsageError) -> String {
    defer { attached = nil }
    guard let value = attached ?? rest.popLast() else {
      throw UsageError("\(name) needs a value: \(name) \(expected).")
    }
    return value
  }

  /// To be called when a name has been dealt with.
  mutating func finish(_ name: String) throws(UsageError) {
    if let attached {
      throw UsageError("\(name) takes no value, but got '\(printable(attached))'.")
    }
  }
}

/// A command that cannot be carried out as it was given: one sentence, exit status 2.
struct UsageError: Error, Equatable {
  let message: String
  init(_ message: String) { self.message = message }
}
