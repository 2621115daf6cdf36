/// A value in JSON (RFC 8259) whose keys are written in the order they are given in.
enum OrderedJSON: Equatable, Sendable {
  case null
  case truth(Bool)
  case number(Int)
  case text(String)
  case array([OrderedJSON])
  case object([Member])

  struct Member: Equatable, Sendable {
    let name: String
    let value: OrderedJSON
  }

  init(_ number: Int?) { self = number.map(Self.number) ?? .null }
  init(_ text: String?) { self = text.map(Self.text) ?? .null }

  init(_ texts: [String: String]) {
    self = .object(
      texts.sorted { $0.key < $1.key }.map { Member(name: $0.key, value: .text($0.value)) })
  }

  /// An object with these members behind its own; anything else as it is.
  func adding(_ members: [Member]) -> OrderedJSON {
    if case .object(let own) = self { .object(own + members) } else { self }
  }

  // MARK: Writing

  /// On one line.
  var string: String { String(decoding: bytes, as: UTF8.self) }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return bytes
  }

  private func write(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes += "null".utf8
    case .truth(let truth): bytes += "\(truth)".utf8
    case .number(let number): bytes += "\(number)".utf8
    case .text(let text): Self.write(text, to: &bytes)
    case .array(let values):
      bytes.append(UInt8(ascii: "["))
      Self.write(values, to: &bytes) { $0.write(to: &$1) }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      Self.write(members, to: &bytes) { member, bytes in
        Self.write(member.name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  /// With commas between.
  private static func write<Part>(
    _ parts: [Part], to bytes: inout [UInt8], _ write: (Part, inout [UInt8]) -> Void
  ) {
    for (index, part) in parts.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      write(part, &bytes)
    }
  }

  /// Section 7: what must be escaped is, and nothing else.
  private static func write(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes += [UInt8(ascii: "\\"), byte]
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        bytes += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

extension OrderedJSON: ExpressibleByDictionaryLiteral {
  init(dictionaryLiteral members: (String, OrderedJSON)...) {
    self = .object(members.map { Member(name: $0.0, value: $0.1) })
  }
}
