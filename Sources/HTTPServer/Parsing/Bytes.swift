extension UInt8 {
  static let carriageReturn = UInt8(ascii: "\r")
  static let lineFeed = UInt8(ascii: "\n")

  /// A character of a token (RFC 9110, section 5.6.2).
  var isTokenByte: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"),
      UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
      UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"),
      UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
      true
    default: false
    }
  }

  /// An ASCII capital as its small letter, every other byte as it is.
  var lowercasedASCII: UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
  }

  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  /// The value of a hexadecimal digit.
  var hexDigitValue: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

extension Sequence<UInt8> {
  func elementsEqualIgnoringCase(_ other: some Sequence<UInt8>) -> Bool {
    elementsEqual(other) { $0.lowercasedASCII == $1.lowercasedASCII }
  }
}

extension BidirectionalCollection<UInt8> {
  /// Without the spaces and tabs at both ends (OWS: RFC 9110, section 5.6.3).
  func trimmingWhitespace() -> SubSequence {
    var (start, end) = (startIndex, endIndex)
    while start != end, self[start].isBlank { formIndex(after: &start) }
    while start != end, self[index(before: end)].isBlank { formIndex(before: &end) }
    return self[start..<end]
  }
}

extension Span<UInt8> {
  /// Where the first byte of the range is that satisfies the predicate, or the range's end.
  func firstIndex(in range: Range<Int>, where predicate: (UInt8) -> Bool) -> Int {
    var index = range.lowerBound
    while index < range.upperBound, !predicate(self[index]) { index += 1 }
    return index
  }

  /// Where the first such byte of the range is, or the range's end.
  func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int {
    firstIndex(in: range) { $0 == byte }
  }

  func allSatisfy(_ predicate: (UInt8) -> Bool) -> Bool {
    firstIndex(in: indices) { !predicate($0) } == count
  }

  /// The range without the spaces and tabs at both ends (OWS: RFC 9110, section 5.6.3).
  func trimmingWhitespace(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, self[start].isBlank { start += 1 }
    while start < end, self[end - 1].isBlank { end -= 1 }
    return start..<end
  }

  func equals(_ text: StaticString) -> Bool {
    matches(text) { $0 }
  }

  /// - Parameter text: in small letters.
  func equalsIgnoringCase(_ text: StaticString) -> Bool {
    matches(text, \.lowercasedASCII)
  }

  private func matches(_ text: StaticString, _ folded: (UInt8) -> UInt8) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { expected in
      for index in indices where unsafe folded(self[index]) != expected[index] { return false }
      return true
    }
  }

  /// Where the first control byte but a tab is at or after `start`, or `count`.
  func firstControl(from start: Int) -> Int {
    var index = start
    while index < count {
      while index + 8 <= count {
        let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
        let controls = UInt64(littleEndian: word).controlBytes
        if controls == 0 {
          index += 8
        } else {
          index += controls.trailingZeroBitCount / 8
          break
        }
      }
      guard index < count else { break }
      if self[index].isControl, self[index] != UInt8(ascii: "\t") { return index }
      index += 1
    }
    return count
  }
}

extension UInt64 {
  /// The top bit of the lowest of eight bytes that is a control byte; bits above it mean nothing.
  fileprivate var controlBytes: UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let below32 = (self &- ones &* 0x20) & ~self
    let delete = self ^ ones &* 0x7F
    let is127 = (delete &- ones) & ~delete
    return (below32 | is127) & (ones &* 0x80)
  }
}

extension UInt8 {
  var isControl: Bool { self < 0x20 || self == 0x7F }
  fileprivate var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
}

extension [UInt8] {
  init(copying bytes: Span<UInt8>) {
    self = unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
  }

  mutating func append(contentsOf bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}

extension String {
  init(copying bytes: Span<UInt8>) {
    self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }
}
