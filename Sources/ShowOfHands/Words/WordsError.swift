/// Why the words of a language cannot be used. Its description is one line that says where and what.
struct WordsError: Error, Equatable, CustomStringConvertible {
  enum Cause: Error, Equatable, Sendable {
    case unreadable
    /// What the file is called is not a language tag in small letters.
    case notATag
    case notText
    case tooLarge
    case noEqualsSign
    case malformedKey(String)
    case malformedPlaceholder(String)
    case empty(String)
    case repeated(String)
    /// The original has the key, or the program uses it.
    case missing(String)
    /// The original does not have the key.
    case unknown(String)
    case otherPlaceholders(String)
    /// `language.direction` is neither of the two.
    case direction
  }

  let file: String
  /// Counted from 1; `nil` when no line is to blame.
  let line: Int?
  let cause: Cause

  init(_ file: String, _ line: Int?, _ cause: Cause) {
    self.file = file
    self.line = line
    self.cause = cause
  }

  var description: String {
    let place = if let line { "\(file):\(line)" } else { file }
    return "\(place): \(words)"
  }

  private var words: String {
    switch cause {
    case .unreadable: "cannot be read"
    case .notATag: "is not called by a language tag in small letters, such as de.txt"
    case .notText: "is not UTF-8 text"
    case .tooLarge: "has more than \(WordsFile.maxBytes / 1024) KiB"
    case .noEqualsSign: "the line is neither “key = words” nor a remark that begins with #"
    case .malformedKey(let key): "“\(printable(key))” is not a key, such as group.name"
    case .malformedPlaceholder(let key): "“\(key)” has a brace that does not belong to a {name}"
    case .empty(let key): "“\(key)” has no words"
    case .repeated(let key): "“\(key)” is there twice"
    case .missing(let key): "“\(key)” is missing"
    case .unknown(let key): "“\(key)” is used nowhere"
    case .otherPlaceholders(let key): "“\(key)” has other names in braces than the English words"
    case .direction: "“language.direction” must be ltr or rtl"
    }
  }
}
