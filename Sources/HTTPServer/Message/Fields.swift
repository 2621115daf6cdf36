/// The header fields of a message, in the order they came (RFC 9110, section 5).
///
/// One byte array, in which they are lines as in a message, and one array of ranges hold all of
/// them: a request of twelve fields costs two allocations, a field nobody reads costs no `String`,
/// and a response's fields are sent as they are.
public struct Fields: Sendable {
  /// Where a field is: half as much memory as two ranges, for every field of every request that waits
  /// for its response.
  struct Entry: Sendable {
    private let nameStart, nameEnd, valueStart, valueEnd: UInt32

    init(name: Range<Int>, value: Range<Int>) {
      (nameStart, nameEnd) = (UInt32(name.lowerBound), UInt32(name.upperBound))
      (valueStart, valueEnd) = (UInt32(value.lowerBound), UInt32(value.upperBound))
    }

    var name: Range<Int> { Int(nameStart)..<Int(nameEnd) }
    var value: Range<Int> { Int(valueStart)..<Int(valueEnd) }

    /// From the name to the value, with the colon between them: the line as it is sent, without its
    /// CRLF.
    var line: Range<Int> { Int(nameStart)..<Int(valueEnd) }
  }

  private(set) var bytes: [UInt8] = []
  private(set) var entries: [Entry] = []
  /// The marks of all names here, and perhaps of some that were removed. Nearly every look-up is for
  /// a field that is not there, and is over with one look at these.
  private var marks: UInt64 = 0

  /// No fields.
  public init() {}

  /// The fields a parser found in `bytes`; every range is inside it and free of CR, LF and NUL.
  init(bytes: [UInt8], entries: [Entry]) {
    self.bytes = bytes
    self.entries = entries
    let text = bytes.span
    for entry in entries { marks |= FieldName.mark(of: text.extracting(entry.name)) }
  }

  /// How many lines there are: a name that comes twice counts twice.
  public var count: Int { entries.count }
  /// Whether there are none.
  public var isEmpty: Bool { entries.isEmpty }
  /// The memory they take.
  var byteCount: Int { bytes.count + entries.count * MemoryLayout<Entry>.stride }

  /// The field's value. Several fields of one name are one list, joined by a comma and a space
  /// (RFC 9110, section 5.3). Bytes that are not UTF-8 come out as U+FFFD.
  public subscript(_ name: FieldName) -> String? {
    if !mayContain(name) { return nil }
    var found: String?
    for entry in entries where matches(entry, name) {
      let value = String(decoding: bytes[entry.value], as: UTF8.self)
      found = if let before = found { before + ", " + value } else { value }
    }
    return found
  }

  /// Every value of the name, in order, for fields that cannot be joined (`Set-Cookie`).
  public func values(of name: FieldName) -> [String] {
    if !mayContain(name) { return [] }
    return entries.lazy.filter { matches($0, name) }
      .map { String(decoding: bytes[$0.value], as: UTF8.self) }
  }

  /// Whether there is a field of the name, be its value empty.
  public func contains(_ name: FieldName) -> Bool {
    mayContain(name) && entries.contains { matches($0, name) }
  }

  /// Whether a comma-separated list field (`Connection: close, upgrade`) has the token, in any
  /// case.
  public func list(_ name: FieldName, has token: String) -> Bool {
    guard let value = self[name] else { return false }
    return value.utf8.split(separator: UInt8(ascii: ",")).contains {
      $0.trimmingWhitespace().elementsEqualIgnoringCase(token.utf8)
    }
  }

  /// Sets the field's only value.
  public mutating func set(_ name: FieldName, _ value: FieldValue) {
    remove(name)
    add(name, value)
  }

  /// Adds one more value.
  public mutating func add(_ name: FieldName, _ value: FieldValue) {
    append(name.text.utf8Span.span, value.text.utf8Span.span)
  }

  /// Sets every field of another collection, in place of those of the same names here.
  public mutating func set(_ others: Fields) {
    if isEmpty {
      self = others
      return
    }
    entries.removeAll { entry in
      others.entries.contains {
        bytes[entry.name].elementsEqualIgnoringCase(others.bytes[$0.name])
      }
    }
    let sent = others.bytes.span
    for other in others.entries {
      append(sent.extracting(other.name), sent.extracting(other.value))
    }
  }

  /// Removes every field of the name, if there is one.
  public mutating func remove(_ name: FieldName) {
    if contains(name) { entries = entries.filter { !matches($0, name) } }
  }

  private mutating func append(_ name: Span<UInt8>, _ value: Span<UInt8>) {
    marks |= FieldName.mark(of: name)
    let start = bytes.count
    bytes.append(contentsOf: name)
    let end = bytes.count
    bytes.append(UInt8(ascii: ":"))
    bytes.append(UInt8(ascii: " "))
    bytes.append(contentsOf: value)
    entries.append(Entry(name: start..<end, value: end + 2..<bytes.count))
    bytes.append(.carriageReturn)
    bytes.append(.lineFeed)
  }

  private func mayContain(_ name: FieldName) -> Bool { marks & name.mark != 0 }

  private func matches(_ entry: Entry, _ name: FieldName) -> Bool {
    entry.name.count == name.byteCount
      && bytes[entry.name].elementsEqualIgnoringCase(name.text.utf8)
  }
}

extension Fields: ExpressibleByDictionaryLiteral {
  /// Fields the program wrote down: `["Cache-Control": "no-store"]`. A CR, LF or NUL traps.
  public init(dictionaryLiteral fields: (FieldName, String)...) {
    self.init()
    for (name, value) in fields { add(name, FieldValue(stringLiteral: value)) }
  }
}
