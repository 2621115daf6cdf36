/// What a text must be like that a room is shown: a question, or a label on a button.
enum DisplayText {
  /// In UTF-8: long enough for any question, short enough for a screen.
  static let maxBytes = 500

  /// Why a text cannot be shown. The description is the end of a sentence that starts with "it".
  enum Problem: Equatable, CustomStringConvertible {
    case empty
    case invisible
    case tooLong(byteCount: Int)
    case lineBreak
    case control
    case direction
    case notText

    var description: String {
      switch self {
      case .empty: "must not be empty"
      case .invisible: "has nothing in it that can be seen"
      case .tooLong(let byteCount):
        "has \(byteCount) bytes in UTF-8; at most \(DisplayText.maxBytes) are allowed"
      case .lineBreak: "has a line break in it; write it on one line"
      case .control: "has a tab or another control character in it; leave that out"
      case .direction:
        "has an invisible character in it that turns the direction of writing; leave that out"
      case .notText: "has bytes in it that are not UTF-8 text"
      }
    }

    /// For who says it in another language: `reason`, and the numbers that belong to it.
    var details: [String: String] {
      switch self {
      case .empty: ["reason": "text-empty"]
      case .invisible: ["reason": "text-invisible"]
      case .tooLong(let byteCount):
        ["reason": "text-too-long", "bytes": "\(byteCount)", "max": "\(DisplayText.maxBytes)"]
      case .lineBreak: ["reason": "text-line-break"]
      case .control: ["reason": "text-control"]
      case .direction: ["reason": "text-direction"]
      case .notText: ["reason": "text-not-text"]
      }
    }
  }

  /// `nil` for a text that can be shown.
  static func problem(in text: String) -> Problem? {
    let scalars = text.unicodeScalars
    if scalars.isEmpty { return .empty }
    if scalars.contains(where: isLineBreak) { return .lineBreak }
    if scalars.contains(where: isControl) { return .control }
    if scalars.contains(where: turnsDirection) { return .direction }
    if scalars.contains("\u{FFFD}") { return .notText }
    if !scalars.contains(where: isVisible) { return .invisible }
    let byteCount = text.utf8.count
    return byteCount > maxBytes ? .tooLong(byteCount: byteCount) : nil
  }

  /// Whether people would take the two for one.
  static func looksTheSame(_ one: String, _ other: String) -> Bool {
    func seen(_ text: String) -> String {
      String(String.UnicodeScalarView(text.unicodeScalars.filter(isVisible))).lowercased()
    }
    return seen(one) == seen(other)
  }

  /// Whether a terminal shows it and does nothing else.
  static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    !isLineBreak(scalar) && !isControl(scalar) && !turnsDirection(scalar)
  }

  private static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A...0x0D, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control
  }

  /// An embedding, override or isolate: it would change how what stands behind it is read. The
  /// plain marks of direction, which only settle where a neighbour belongs, are not meant.
  private static func turnsDirection(_ scalar: Unicode.Scalar) -> Bool {
    (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
  }

  /// Neither white space nor a character that only tells others what to do. The Braille pattern
  /// without dots is a space as well.
  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    let properties = scalar.properties
    return !properties.isWhitespace && !properties.isDefaultIgnorableCodePoint
      && properties.generalCategory != .format && scalar.value != 0x2800
  }
}
