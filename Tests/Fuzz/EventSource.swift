/// A stream read to its end as the standard has it, line by line (WHATWG HTML, section 9.2.6).
struct EventSource {
  struct Message: Equatable {
    var name: String
    var data: String
    var lastEventID: String
  }

  private(set) var messages: [Message] = []
  /// In milliseconds; `nil` while the stream has named none.
  private(set) var retry: Int?
  private(set) var lastEventID = ""
  private var name = ""
  private var data = ""

  init(_ stream: [UInt8]) {
    var text = Array(String(decoding: stream, as: UTF8.self).unicodeScalars)[...]
    if text.first == "\u{FEFF}" { text = text.dropFirst() }
    while let end = text.firstIndex(where: { $0 == "\n" || $0 == "\r" }) {
      read(text[..<end])
      let isPair = text[end...].starts(with: ["\r", "\n"])
      text = text[(end + (isPair ? 2 : 1))...]
    }
    // A line without an end, and an event without its empty line, are thrown away.
  }

  private mutating func read(_ line: ArraySlice<UnicodeScalar>) {
    if line.isEmpty { return dispatch() }
    let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    var value = parts.count == 2 ? parts[1] : []
    if value.first == " " { value = value.dropFirst() }
    set(String(parts[0]), to: String(value))
  }

  private mutating func set(_ field: String, to value: String) {
    switch field {
    case "event": name = value
    case "data": data += value + "\n"
    case "id" where !value.unicodeScalars.contains("\0"): lastEventID = value
    case "retry" where value.utf8.allSatisfy { (48...57).contains($0) }: retry = Int(value)
    default: break
    }
  }

  private mutating func dispatch() {
    defer { (name, data) = ("", "") }
    if data.isEmpty { return }
    data.unicodeScalars.removeLast()
    messages.append(
      Message(name: name.isEmpty ? "message" : name, data: data, lastEventID: lastEventID))
  }
}

extension String {
  fileprivate init(_ scalars: ArraySlice<UnicodeScalar>) {
    self.init()
    unicodeScalars.append(contentsOf: scalars)
  }
}
