/// Percent-encoding (RFC 3986, section 2.1).
enum PercentEncoding {
  /// The decoded bytes. A `%` without two hexadecimal digits behind it stays as it is.
  static func decode(_ bytes: some Collection<UInt8>, plusIsSpace: Bool = false) -> [UInt8] {
    var decoded: [UInt8] = []
    decoded.reserveCapacity(bytes.count)
    var index = bytes.startIndex
    while index != bytes.endIndex {
      let byte = bytes[index]
      index = bytes.index(after: index)
      if byte == UInt8(ascii: "%"), let value = pair(bytes[index...]) {
        decoded.append(value)
        index = bytes.index(index, offsetBy: 2)
      } else {
        decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return decoded
  }

  /// The decoded text of a path or a segment, or `nil` where a `%` is not followed by two digits,
  /// where the bytes are not UTF-8 and where they hold a NUL: no such path exists.
  static func decodeStrictly(_ bytes: some Collection<UInt8>) -> String? {
    var index = bytes.startIndex
    while let mark = bytes[index...].firstIndex(of: UInt8(ascii: "%")) {
      index = bytes.index(after: mark)
      if pair(bytes[index...]) == nil { return nil }
    }
    let decoded = decode(bytes)
    if decoded.contains(0) { return nil }
    return String(validating: decoded, as: UTF8.self)
  }

  private static func pair(_ bytes: some Collection<UInt8>) -> UInt8? {
    let digits = bytes.prefix(2)
    guard digits.count == 2, let high = digits.first?.hexDigitValue,
      let low = digits.dropFirst().first?.hexDigitValue
    else { return nil }
    return high << 4 | low
  }
}
