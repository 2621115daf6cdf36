/// A whole HTTP response (RFC 9112), its body included.
struct HTTPResponse: Sendable, Equatable {
  enum Fault: Error, Equatable {
    /// It has no length, or one past `maxBytes`, or is not HTTP.
    case malformed
  }

  var status: Int
  var body: [UInt8]
  /// The connection takes another request.
  var isPersistent: Bool

  static let maxBytes = 64 * 1024

  /// Reads the response that the bytes begin with.
  /// - Returns: `nil` where more has to come.
  init?(_ bytes: [UInt8]) throws(Fault) {
    guard let head = Self.head(of: bytes) else {
      if bytes.count > Self.maxBytes { throw .malformed }
      return nil
    }
    let lines = bytes[..<head].split(separator: UInt8(ascii: "\n"))
    guard let first = lines.first, first.count >= 12, first.starts(with: "HTTP/1.".utf8),
      let status = Int(String(decoding: first.dropFirst(9).prefix(3), as: UTF8.self))
    else { throw .malformed }
    self.status = status
    isPersistent = true
    var length: Int?
    for line in lines.dropFirst() {
      if let value = line.value(of: Self.contentLength) { length = Int(value) }
      if line.value(of: Self.connection)?.lowercased() == "close" { isPersistent = false }
    }
    guard let length, (0...Self.maxBytes).contains(length) else { throw .malformed }
    guard bytes.count >= head + length else { return nil }
    body = Array(bytes[head..<head + length])
  }

  /// Where the body starts.
  private static func head(of bytes: [UInt8]) -> Int? {
    var lineStart = 0
    for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") {
      if index - lineStart <= 1 { return index + 1 }
      lineStart = index + 1
    }
    return nil
  }

  private static let contentLength = [UInt8]("content-length:".utf8)
  private static let connection = [UInt8]("connection:".utf8)
}

extension ArraySlice<UInt8> {
  /// What stands behind a field's name, if it is this one; in small letters, with its colon.
  fileprivate func value(of name: [UInt8]) -> String? {
    guard count >= name.count, zip(self, name).allSatisfy({ $0 == $1 || $0 | 0x20 == $1 }) else {
      return nil
    }
    let value = dropFirst(name.count).filter { $0 > 0x20 }
    return String(decoding: value, as: UTF8.self)
  }
}
