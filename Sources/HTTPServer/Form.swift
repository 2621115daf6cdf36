/// Names and values as `application/x-www-form-urlencoded` (WHATWG URL, section 5.1), in order.
/// Decoding never fails: a `%` without two digits stands for itself, bad UTF-8 becomes U+FFFD.
public struct Form: Sendable {
  public let items: [(name: String, value: String)]

  public init() { items = [] }

  public init(_ text: String) { self.init(text.utf8) }

  init(_ bytes: some Collection<UInt8>) {
    var items: [(name: String, value: String)] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let pair = rest.prefix { $0 != UInt8(ascii: "&") }
      rest = rest[pair.endIndex...].dropFirst()
      if pair.isEmpty { continue }
      let name = pair.prefix { $0 != UInt8(ascii: "=") }
      items.append((Self.decode(name), Self.decode(pair[name.endIndex...].dropFirst())))
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

  private static func decode(_ bytes: some Collection<UInt8>) -> String {
    if bytes.allSatisfy({ $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "+") }) {
      return String(decoding: bytes, as: UTF8.self)
    }
    return String(decoding: PercentEncoding.decode(bytes, plusIsSpace: true), as: UTF8.self)
  }
}
