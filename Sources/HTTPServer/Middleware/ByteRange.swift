/// What a `Range` field asks of a body of a known size (RFC 9110, section 14.2).
enum ByteRange: Equatable {
  /// All of it: the field is none of ours, malformed, or asks for several ranges. A server may
  /// always respond so.
  case whole
  /// These bytes and no others: 206.
  case part(Range<Int>)
  /// Bytes the body does not have: 416.
  case unsatisfiable

  /// - Parameter size: in bytes. Nothing is a part of an empty body, so every field is ignored there:
  ///   clients that always ask for the first so many bytes get their nothing.
  init(_ value: String, size: Int) {
    let unit = "bytes="
    let bytes = Substring(value).utf8
    guard size > 0, bytes.prefix(unit.utf8.count).elementsEqualIgnoringCase(unit.utf8) else {
      self = .whole
      return
    }
    let range = bytes.dropFirst(unit.utf8.count).trimmingWhitespace()
    guard let dash = range.firstIndex(of: UInt8(ascii: "-")) else {
      self = .whole
      return
    }
    let first = range[..<dash]
    let last = range[range.index(after: dash)...]
    self = first.isEmpty ? .suffix(last, size: size) : .range(first, last, size: size)
  }

  /// `-500`: the last 500 bytes, or all where there are fewer.
  private static func suffix(_ length: Substring.UTF8View, size: Int) -> ByteRange {
    guard let length = number(length) else { return .whole }
    return length == 0 ? .unsatisfiable : .part(max(0, size - length)..<size)
  }

  /// `500-999`, `500-`: to the end where there is no last byte, or fewer bytes than that.
  private static func range(
    _ first: Substring.UTF8View, _ last: Substring.UTF8View, size: Int
  ) -> ByteRange {
    guard let first = number(first), let last = last.isEmpty ? .max : number(last), first <= last
    else { return .whole }
    return first < size ? .part(first..<min(last, size - 1) + 1) : .unsatisfiable
  }

  /// A number of digits only; one too large to hold is as large as it can be.
  private static func number(_ digits: Substring.UTF8View) -> Int? {
    guard !digits.isEmpty else { return nil }
    var number = 0
    for byte in digits {
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
      let (tenfold, overflowed) = number.multipliedReportingOverflow(by: 10)
      let (sum, overflowedToo) = tenfold.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
      number = overflowed || overflowedToo ? .max : sum
    }
    return number
  }
}
