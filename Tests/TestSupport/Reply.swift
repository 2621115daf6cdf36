/// An answer as a client reads it.
public struct Reply: Sendable {
  public let status: Int
  /// Names in small letters.
  public let fields: [(name: String, value: String)]
  public var body: [UInt8] = []

  init(head: [UInt8]) {
    let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
    status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    fields = lines.dropFirst().map { line in
      let colon = line.firstIndex(of: ":") ?? line.endIndex
      let value = line[colon...].dropFirst().drop { $0 == " " }
      return (line[..<colon].lowercased(), String(value))
    }
  }

  public var text: String { String(decoding: body, as: UTF8.self) }

  /// The first field of the name, in small letters.
  public subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }
}

/// An event as an `EventSource` reads it (WHATWG HTML, section 9.2.6), from a whole block.
public struct ReceivedEvent: Sendable, Equatable {
  public var name = "message"
  public var data = ""
  public var id: String?

  public init() {}

  /// The events in a text that ends with one; blocks without data make none.
  public static func parse(_ text: String) -> [ReceivedEvent] {
    text.split(separator: "\n\n").compactMap { block in
      var event = ReceivedEvent()
      var data: [String] = []
      for line in block.split(separator: "\n", omittingEmptySubsequences: false) {
        let colon = line.firstIndex(of: ":") ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == " " { value = value.dropFirst() }
        switch line[..<colon] {
        case "event": event.name = String(value)
        case "data": data.append(String(value))
        case "id": event.id = String(value)
        default: break
        }
      }
      event.data = data.joined(separator: "\n")
      return data.isEmpty ? nil : event
    }
  }
}
