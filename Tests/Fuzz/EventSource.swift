/// A stream of UTF-8 read to its end as the standard has it (WHATWG HTML, section 9.2.6).
struct EventSource {
  struct Message: Equatable {
    var name: String
    var data: String
    var lastEventID: String
  }

  private(set) var messages: [Message] = []
  /// In milliseconds; `nil` while the stream has named none.
  private(set) var retry: Int?
  private var lastEventID = ""
  private var name = ""
  private var data: [UInt8] = []

  init(_ stream: [UInt8]) {
    var rest = stream[...]
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    while let end = rest.firstIndex(where: { $0 == 10 || $0 == 13 }) {
      read(rest[..<end])
      rest = rest[end...].starts(with: [13, 10]) ? rest[(end + 2)...] : rest[(end + 1)...]
    }
    // A line without an end, and an event without its empty line, are thrown away.
  }

  private mutating func read(_ line: ArraySlice<UInt8>) {
    if line.isEmpty { return dispatch() }
    let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
    var value = line[colon...].dropFirst()
    if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
    switch Self.text(line[..<colon]) {
    case "event": name = Self.text(value)
    case "data":
      data += value
      data.append(10)
    case "id": if !value.contains(0) { lastEventID = Self.text(value) }
    case "retry": if value.allSatisfy({ (48...57).contains($0) }) { retry = Int(Self.text(value)) }
    default: break
    }
  }

  private mutating func dispatch() {
    defer {
      name = ""
      data.removeAll(keepingCapacity: true)
    }
    if data.isEmpty { return }
    messages.append(
      Message(
        name: name.isEmpty ? "message" : name, data: Self.text(data.dropLast()),
        lastEventID: lastEventID))
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: bytes, as: UTF8.self)
  }
}
