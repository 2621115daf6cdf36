/// Makes replies of bytes as they come, cut anywhere.
///
/// It goes on where it stopped: what has been read is not read again, however many pieces a reply
/// comes in. It believes no length: nothing is set aside for bytes that have not come.
public struct ReplyReader {
  /// What a reply may be at most. Past it, `next` throws.
  public struct Limits: Sendable {
    /// A line with its kind and without its end; a status or an error is one.
    public var lineBytes = 1 << 16
    public var stringBytes = 1 << 26
    /// Of one array.
    public var elements = 1 << 20
    /// Arrays in arrays.
    public var depth = 8
    /// A whole reply as it comes.
    public var replyBytes = 1 << 27

    public init() {}
  }

  private struct PartialArray {
    var missing: Int
    var items: [Reply] = []
  }

  private let limits: Limits
  private var buffer: [UInt8] = []
  /// Bytes of the buffer that have been read.
  private var position = 0
  /// Where the end of the line is looked for next.
  private var searched = 0
  /// Bytes of this reply that have been read.
  private var readBytes = 0
  /// The arrays that the next element belongs to, the outermost first.
  private var arrays: [PartialArray] = []
  /// The length of the string whose head has been read.
  private var stringLength: Int?
  /// It stays: after it, nobody knows where a reply begins.
  private var failure: ReplyError?

  public init(limits: Limits = Limits()) { self.limits = limits }

  /// Whether bytes of a reply are here that is not complete.
  public var isInReply: Bool { position < buffer.count || readBytes > 0 }

  /// Takes what has come.
  public mutating func append(_ bytes: some Sequence<UInt8>) {
    if position > Self.maxReadBytesKept || position == buffer.count {
      buffer.removeFirst(position)
      searched -= position
      position = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// Read bytes are let go of at so many: moving what follows each time would cost more.
  private static let maxReadBytesKept = 1 << 16

  /// - Returns: the next reply; `nil` until all of it has come.
  /// - Throws: `ReplyError`; the same from then on.
  public mutating func next() throws(ReplyError) -> Reply? {
    if let failure { throw failure }
    do throws(ReplyError) {
      while let element = try element() {
        if let reply = place(element) {
          readBytes = 0
          return reply
        }
      }
      return nil
    } catch {
      failure = error
      throw error
    }
  }

  /// Puts an element where it belongs.
  /// - Returns: the reply, if that completes it.
  private mutating func place(_ element: Reply) -> Reply? {
    var element = element
    while var array = arrays.popLast() {
      array.items.append(element)
      array.missing -= 1
      if array.missing > 0 {
        arrays.append(array)
        return nil
      }
      element = .array(array.items)
    }
    return element
  }

  /// The next element that is complete by itself: no array, but for an empty one.
  private mutating func element() throws(ReplyError) -> Reply? {
    while true {
      if let length = stringLength { return try string(length) }
      guard let line = try line() else { return nil }
      guard let kind = buffer[line].first else { throw .badLine }
      let rest = buffer[line].dropFirst()
      switch kind {
      case UInt8(ascii: "+"): return .status(String(decoding: rest, as: UTF8.self))
      case UInt8(ascii: "-"): return .error(String(decoding: rest, as: UTF8.self))
      case UInt8(ascii: ":"): return .integer(try Self.number(rest))
      case UInt8(ascii: "$"):
        let length = try Self.number(rest)
        if length == -1 { return .null }
        guard (0...limits.stringBytes).contains(length) else { throw .badLength(length) }
        stringLength = length
      case UInt8(ascii: "*"):
        let count = try Self.number(rest)
        if count == -1 { return .null }
        guard (0...limits.elements).contains(count) else { throw .badLength(count) }
        if count == 0 { return .array([]) }
        if arrays.count == limits.depth { throw .tooDeep }
        arrays.append(PartialArray(missing: count))
      default: throw .unknownKind(kind)
      }
    }
  }

  private mutating func string(_ length: Int) throws(ReplyError) -> Reply? {
    if readBytes + length > limits.replyBytes { throw .tooLarge }
    guard buffer.count - position >= length + 2 else { return nil }
    let end = position + length
    guard buffer[end] == UInt8(ascii: "\r"), buffer[end + 1] == UInt8(ascii: "\n") else {
      throw .badLine
    }
    let bytes = Array(buffer[position..<end])
    try advance(to: end + 2)
    stringLength = nil
    return .bytes(bytes)
  }

  /// The next line without its end; `nil` until the end has come.
  private mutating func line() throws(ReplyError) -> Range<Int>? {
    let start = position
    searched = max(searched, start)
    while searched < buffer.count {
      switch buffer[searched] {
      case UInt8(ascii: "\r"):
        guard searched + 1 < buffer.count else { return nil }
        guard buffer[searched + 1] == UInt8(ascii: "\n") else { throw .badLine }
        let line = start..<searched
        try advance(to: searched + 2)
        return line
      case UInt8(ascii: "\n"): throw .badLine
      default:
        searched += 1
        if searched - start > limits.lineBytes { throw .lineTooLong }
      }
    }
    return nil
  }

  private mutating func advance(to position: Int) throws(ReplyError) {
    readBytes += position - self.position
    if readBytes > limits.replyBytes { throw .tooLarge }
    self.position = position
  }

  private static func number(_ digits: ArraySlice<UInt8>) throws(ReplyError) -> Int {
    // `Int` reads digits and a sign, and nothing else.
    guard let number = Int(String(decoding: digits, as: UTF8.self)) else { throw .badNumber }
    return number
  }
}
