/// An event as an `EventSource` hands it to a page.
public struct ReceivedEvent: Sendable, Equatable {
  public var name: String
  public var data: String
  /// The id the event itself carried.
  public var id: String?

  public init(_ data: String = "", name: String = "message", id: String? = nil) {
    self.name = name
    self.data = data
    self.id = id
  }

  /// The events in a text that ends with one; blocks without data make none.
  public static func parse(_ text: String) -> [ReceivedEvent] {
    var parser = EventStreamParser()
    return parser.feed(text.utf8)
  }
}

/// Reads an event stream as a browser does, to the letter (WHATWG HTML, section 9.2.6), in pieces of
/// any size.
public struct EventStreamParser {
  /// What a browser sends back when it connects again.
  public private(set) var lastEventID = ""
  public private(set) var retryMilliseconds: Int?

  private var line: [UInt8] = []
  private var followsCarriageReturn = false
  private var isFirstLine = true
  private var data = ""
  private var type = ""
  private var id: String?

  public init() {}

  public mutating func feed(_ bytes: some Sequence<UInt8>) -> [ReceivedEvent] {
    var events: [ReceivedEvent] = []
    for byte in bytes {
      defer { followsCarriageReturn = byte == 13 }
      switch byte {
      case 10 where followsCarriageReturn: break
      case 10, 13:
        if let event = endLine() { events.append(event) }
      default: line.append(byte)
      }
    }
    return events
  }

  private mutating func endLine() -> ReceivedEvent? {
    if isFirstLine, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    isFirstLine = false
    defer { line.removeAll(keepingCapacity: true) }
    if line.isEmpty { return dispatch() }
    let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
    var value = line[colon...].dropFirst()
    if value.first == UInt8(ascii: " ") { value.removeFirst() }
    process(String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self))
    return nil
  }

  private mutating func process(_ field: String, _ value: String) {
    switch field {
    case "event": type = value
    case "data": data += value + "\n"
    case "id" where !value.utf8.contains(0): id = value
    case "retry" where value.utf8.allSatisfy { (48...57).contains($0) }:
      retryMilliseconds = Int(value)
    default: break
    }
  }

  private mutating func dispatch() -> ReceivedEvent? {
    defer { (data, type, id) = ("", "", nil) }
    if let id { lastEventID = id }
    if data.isEmpty { return nil }
    return ReceivedEvent(String(data.dropLast()), name: type.isEmpty ? "message" : type, id: id)
  }
}
