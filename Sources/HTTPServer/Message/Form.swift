/// Names and values as `application/x-www-form-urlencoded` (WHATWG URL, section 5.1), in order.
/// Decoding never fails: a `%` without two digits stands for itself, bad UTF-8 becomes U+FFFD.
public struct Form: Sendable, Equatable {
  /// One name with its value.
  public struct Item: Sendable, Equatable {
    /// Decoded; may be empty.
    public let name: String
    /// Decoded; empty where there was no `=`.
    public let value: String
  }

  /// All of them, repeats included, in the order they were sent.
  public let items: [Item]

  /// A form without items.
  public init() { items = [] }

  /// Reads `name=value&name=value`, as it stands behind the `?` of an address.
  public init(_ text: String) { self.init(text.utf8Span.span) }

  init(_ bytes: Span<UInt8>) {
    var items: [Item] = []
    var start = 0
    while start < bytes.count {
      let end = bytes.firstIndex(of: UInt8(ascii: "&"), in: start..<bytes.count)
      if start < end {
        let nameEnd = bytes.firstIndex(of: UInt8(ascii: "="), in: start..<end)
        let name = Self.decode(bytes.extracting(start..<nameEnd))
        let value = Self.decode(bytes.extracting(min(nameEnd + 1, end)..<end))
        items.append(Item(name: name, value: value))
      }
      start = end + 1
    }
    self.items = items
  }

  /// The first value of the name.
  public subscript(_ name: String) -> String? {
    items.first { $0.name == name }?.value
  }

  /// Every value of the name.
  public func values(of name: String) -> [String] {
    items.lazy.filter { $0.name == name }.map(\.value)
  }

  private static func decode(_ bytes: Span<UInt8>) -> String {
    let isPlain = bytes.allSatisfy { $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "+") }
    if isPlain { return String(copying: bytes) }
    return unsafe bytes.withUnsafeBufferPointer {
      unsafe String(decoding: PercentEncoding.decode($0, plusIsSpace: true), as: UTF8.self)
    }
  }
}
