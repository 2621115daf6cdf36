import HTTPServer

/// One event of a stream (WHATWG HTML, section 9.2).
public struct Event: Sendable, Equatable {
  /// The event's type; `nil` is `message`, which `EventSource.onmessage` hears.
  public let name: String?
  /// As it was given. In the browser every line end in it is LF. An empty text is an event too.
  public let data: String
  /// What the browser sends back as `Last-Event-ID` after a lost connection.
  public let id: String?

  /// An event with a text.
  /// - Parameters:
  ///   - data: any text. CR, LF and CRLF end a line; they all arrive as LF.
  ///   - name: the event's type; default: `message`.
  ///   - id: its id; default: that of the event before stays.
  /// - Throws: `EventError` for a name or an id with a CR, LF or NUL, which would be other fields
  ///   or be ignored by the browser.
  public init(_ data: String, name: String? = nil, id: String? = nil) throws(EventError) {
    if !Self.isOneLine(name) { throw .name }
    if !Self.isOneLine(id) { throw .id }
    self.name = name
    self.data = data
    self.id = id
  }

  /// An event with the value as JSON (RFC 8259), on one line, its keys in alphabetical order. U+0085,
  /// U+2028 and U+2029 are written as escapes: many clients end a line at them, which an event stream
  /// does not.
  /// - Throws: what `init(_:name:id:)` throws, and what the value's encoding throws.
  public init(json value: some Encodable, name: String? = nil, id: String? = nil) throws {
    try self.init(try JSON.text(value).escapingLineEnds(), name: name, id: id)
  }

  /// The same under another id, which has to be one.
  func with(id: String?) -> Event {
    // The name is one already.
    try! Event(data, name: name, id: id)
  }

  /// Whether the text can be a name or an id.
  static func isOneLine(_ text: String?) -> Bool {
    text?.utf8.contains { $0 == 0 || $0 == 10 || $0 == 13 } != true
  }

  /// The event as it goes over the wire, ended by an empty line.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(data.utf8.count + 64)
    if let name { bytes.appendField("event", name.utf8) }
    if let id { bytes.appendField("id", id.utf8) }
    for line in data.utf8.splitIntoLines() { bytes.appendField("data", line) }
    bytes.append(10)
    return bytes
  }

  // Lines that go before the fields of an event. An empty line after them would end a block without
  // data, which browsers pass over and many other clients deliver as an empty event.

  /// How long the browser waits before it connects again, rounded down to milliseconds; a negative
  /// time is none. Browsers go by it at once, other clients with the next event.
  public static func retryLine(_ time: Duration) -> [UInt8] {
    let (seconds, attoseconds) = time.components
    let milliseconds = max(0, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    return [UInt8]("retry: \(milliseconds)\n".utf8)
  }

  /// An empty comment, for keeping a connection busy.
  public static let commentLine = [UInt8](":\n".utf8)
}

/// Why an event was refused.
public enum EventError: Error, Equatable, CustomStringConvertible {
  /// The name has a CR, LF or NUL in it.
  case name
  /// The id has a CR, LF or NUL in it.
  case id

  public var description: String {
    switch self {
    case .name: "an event's name cannot hold a CR, LF or NUL"
    case .id: "an event's id cannot hold a CR, LF or NUL"
    }
  }
}

extension String {
  /// JSON with the line ends that Unicode knows beside CR and LF as escapes; they can only be in its
  /// strings.
  fileprivate func escapingLineEnds() -> String {
    // The first bytes of those, and of few others.
    guard utf8.contains(where: { $0 == 0xC2 || $0 == 0xE2 }) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\u{85}": text += "\\u0085"
      case "\u{2028}": text += "\\u2028"
      case "\u{2029}": text += "\\u2029"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}

extension [UInt8] {
  fileprivate mutating func appendField(_ name: StaticString, _ value: some Sequence<UInt8>) {
    name.withUTF8Buffer { unsafe append(contentsOf: $0) }
    // Exactly one space is taken off again at the other end.
    append(contentsOf: [UInt8(ascii: ":"), UInt8(ascii: " ")])
    append(contentsOf: value)
    append(10)
  }
}

extension String.UTF8View {
  /// The lines between CRLF, LF and CR; one more than there are line ends.
  fileprivate func splitIntoLines() -> [SubSequence] {
    var lines: [SubSequence] = []
    var start = startIndex
    var index = startIndex
    while index < endIndex {
      let byte = self[index]
      let next = self.index(after: index)
      if byte == 10 || byte == 13 {
        lines.append(self[start..<index])
        start = byte == 13 && next < endIndex && self[next] == 10 ? self.index(after: next) : next
        index = start
      } else {
        index = next
      }
    }
    lines.append(self[start...])
    return lines
  }
}
