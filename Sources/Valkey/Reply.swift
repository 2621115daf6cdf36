/// What a server answers (RESP2).
public enum Reply: Hashable, Sendable {
  /// A simple string: `OK`.
  case status(String)
  /// `NOSCRIPT No matching script.`: a word in capitals, then what people read.
  case error(String)
  case integer(Int)
  case bytes([UInt8])
  /// A null bulk string, or a null array.
  case null
  case array([Reply])
}

extension Reply {
  /// What it says, where it is a string of either kind.
  public var text: String? {
    switch self {
    case .status(let text): text
    case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
    case .error, .integer, .null, .array: nil
    }
  }

  /// The number that it is, or that its digits say.
  public var number: Int? {
    switch self {
    case .integer(let number): number
    case .bytes, .status: text.flatMap { Int($0) }
    case .error, .null, .array: nil
    }
  }

  public var items: [Reply]? {
    if case .array(let items) = self { items } else { nil }
  }
}
