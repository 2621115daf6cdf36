/// Reads an event stream from its status line on, in whatever pieces it comes, and keeps nothing
/// but the newest tally: ten thousand of these read along.
struct TallyReader {
  enum Fault: Error, Equatable {
    case status(Int)
    /// The body has come to its end.
    case ended
    /// It is not a chunked body.
    case malformed
  }

  private enum Place {
    case statusLine
    case fields
    case chunkSize
    case chunkExtension
    case chunk
    case chunkEnd
  }

  private var place = Place.statusLine
  private var column = 0
  /// The status, then the size or the rest of a chunk.
  private var number = 0
  private var events = EventReader()

  var tally: Tally? { events.tally }
  /// How many tallies came.
  var count: Int { events.count }

  mutating func read(_ bytes: UnsafeRawBufferPointer) throws(Fault) {
    for index in bytes.indices {
      let byte = unsafe bytes[index]
      switch place {
      case .chunk:
        events.read(byte)
        number -= 1
        if number == 0 { place = .chunkEnd }
      case .chunkSize, .chunkExtension: try readSize(byte)
      case .chunkEnd: if byte == newline { startChunk() }
      case .fields: readFields(byte)
      case .statusLine: try readStatusLine(byte)
      }
    }
  }

  /// `HTTP/1.1 200 OK` (RFC 9112, section 4)
  private mutating func readStatusLine(_ byte: UInt8) throws(Fault) {
    if (9..<12).contains(column) { number = number * 10 + (digit(byte) ?? 0) }
    column += 1
    guard byte == newline else { return }
    if number != 200 { throw .status(number) }
    place = .fields
    column = 0
  }

  private mutating func readFields(_ byte: UInt8) {
    switch byte {
    case newline where column == 0: startChunk()
    case newline: column = 0
    case carriageReturn: break
    default: column += 1
    }
  }

  private mutating func startChunk() {
    place = .chunkSize
    number = 0
  }

  /// RFC 9112, section 7.1
  private mutating func readSize(_ byte: UInt8) throws(Fault) {
    switch byte {
    case newline:
      if number == 0 { throw .ended }
      place = .chunk
    case carriageReturn: break
    case _ where place == .chunkExtension: break
    case UInt8(ascii: ";"): place = .chunkExtension
    default:
      guard let digit = hexDigit(byte), number <= Self.maxChunkBytes else { throw .malformed }
      number = number << 4 | digit
    }
  }

  private static let maxChunkBytes = 1 << 24
}

/// Reads the events in an event stream (WHATWG HTML, section 9.2.6) as far as to know a tally,
/// `data: {"yes":12,"no":7}`, in an event without a name.
private struct EventReader {
  private enum Step {
    case beforeYes
    case yes
    case beforeNo
    case no
    case rest
  }

  private(set) var tally: Tally?
  private(set) var count = 0
  private var step = Step.beforeYes
  private var isLineEmpty = true
  private var isNamed = false
  /// How much of the text before a number is read.
  private var matched = 0
  private var numbers = Tally()
  private var hasNumbers = false

  mutating func read(_ byte: UInt8) {
    if byte == newline { return endLine() }
    // Of all fields `event` alone begins with an e, and it alone gives an event a name.
    if isLineEmpty, byte == UInt8(ascii: "e") { isNamed = true }
    isLineEmpty = false
    switch step {
    case .rest: break
    case .beforeYes:
      match(byte, beforeYes, then: .yes)
      if step == .yes { (numbers, hasNumbers) = (Tally(), false) }
    case .beforeNo: match(byte, beforeNo, then: .no)
    case .yes:
      if let digit = digit(byte) {
        numbers.yes = numbers.yes &* 10 &+ digit
      } else {
        step = .beforeNo
        match(byte, beforeNo, then: .no)
      }
    case .no:
      if let digit = digit(byte) {
        numbers.no = numbers.no &* 10 &+ digit
      } else {
        hasNumbers = byte == UInt8(ascii: "}") || byte == UInt8(ascii: ",")
        step = .rest
      }
    }
  }

  private mutating func match(_ byte: UInt8, _ text: [UInt8], then next: Step) {
    guard byte == text[matched] else {
      step = .rest
      return
    }
    matched += 1
    if matched == text.count {
      matched = 0
      step = next
    }
  }

  private mutating func endLine() {
    if isLineEmpty { endEvent() }
    isLineEmpty = true
    step = .beforeYes
    matched = 0
  }

  private mutating func endEvent() {
    if hasNumbers, !isNamed {
      tally = numbers
      count += 1
    }
    hasNumbers = false
    isNamed = false
  }
}

private let beforeYes = [UInt8](#"data: {"yes":"#.utf8)
private let beforeNo = [UInt8](#","no":"#.utf8)
private let newline = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")

private func digit(_ byte: UInt8) -> Int? {
  (0x30...0x39).contains(byte) ? Int(byte - 0x30) : nil
}

private func hexDigit(_ byte: UInt8) -> Int? {
  let letter = byte | 0x20
  return (0x61...0x66).contains(letter) ? Int(letter - 0x61) + 10 : digit(byte)
}
