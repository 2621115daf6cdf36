/// Finds and checks the head of a request in bytes that arrive in pieces (RFC 9112).
///
/// It is strict: bytes that two servers could read as two different requests are refused, because
/// one of the two may be a proxy in front of this one (RFC 9112, section 11.2). So lines end in
/// CRLF and nothing else, names touch their colon, and no field is folded over two lines.
struct RequestParser {
  private let limits: RequestLimits
  /// Where the line that is not complete yet starts.
  private var lineStart = 0
  /// Before this, the line is known to hold no control byte, so no byte is looked at twice.
  private var scanned = 0
  private var emptyLines = 0
  private var requestLine: RequestLine?
  private var fieldsStart = 0
  private var entries: [Fields.Entry] = []
  private var control = ControlFields()

  init(limits: RequestLimits) { self.limits = limits }

  /// The head and how many bytes it took, or `nil` while it is incomplete. With a head the parser
  /// is ready for the next request, which starts behind these bytes.
  ///
  /// - Parameter bytes: everything received for this request so far: what an earlier call saw,
  ///   and more.
  /// - Throws: `HTTPError` as soon as no more bytes can make the request good; the connection is of
  ///   no use from then on.
  mutating func parse(
    _ bytes: Span<UInt8>
  ) throws(HTTPError) -> (head: RequestHead, byteCount: Int)? {
    while let line = try nextLine(in: bytes) {
      if !line.isEmpty {
        try add(line, of: bytes)
      } else if let requestLine {
        let head = try makeHead(requestLine, bytes.extracting(fieldsStart..<line.lowerBound))
        defer { self = RequestParser(limits: limits) }
        return (head, lineStart)
      } else {
        try skipEmptyLine()
      }
    }
    return nil
  }

  // MARK: Lines

  /// The next line without its CRLF, or `nil` while it is incomplete.
  private mutating func nextLine(in bytes: Span<UInt8>) throws(HTTPError) -> Range<Int>? {
    scanned = bytes.firstControl(from: scanned)
    try checkSize()
    guard scanned < bytes.count else { return nil }
    guard bytes[scanned] == .carriageReturn else { throw refusal(of: bytes[scanned]) }
    guard scanned + 1 < bytes.count else { return nil }
    guard bytes[scanned + 1] == .lineFeed else { throw refusal(of: .carriageReturn) }
    let line = lineStart..<scanned
    lineStart = scanned + 2
    scanned = lineStart
    return line
  }

  private func checkSize() throws(HTTPError) {
    if requestLine == nil {
      if scanned - lineStart > limits.maxRequestLineBytes {
        throw HTTPError(.uriTooLong, "The address is too long; shorten it.")
      }
    } else if scanned - fieldsStart > limits.maxFieldsBytes {
      throw .tooManyFields
    }
  }

  /// A lone LF is refused although RFC 9112, section 2.2 lets a server take it, and a lone CR
  /// because it must: where one party sees a line end and another does not, requests get smuggled.
  private func refusal(of byte: UInt8) -> HTTPError {
    if byte == .tlsHandshake && requestLine == nil && scanned == lineStart {
      return HTTPError(.badRequest, "This port speaks plain HTTP; use http://")
    }
    return byte == .carriageReturn || byte == .lineFeed
      ? HTTPError(.badRequest, "End every line of the request with CRLF.")
      : HTTPError(.badRequest, "Leave control characters out of the request.")
  }

  /// Some clients end a body with a CRLF that belongs to nothing (RFC 9112, section 2.2).
  private mutating func skipEmptyLine() throws(HTTPError) {
    emptyLines += 1
    if emptyLines > 2 { throw HTTPError(.badRequest, "Start the request with its method.") }
  }

  private mutating func add(_ line: Range<Int>, of bytes: Span<UInt8>) throws(HTTPError) {
    if requestLine != nil { return try addField(line, of: bytes) }
    requestLine = try RequestLine(bytes.extracting(line))
    fieldsStart = lineStart
    entries.reserveCapacity(16)
  }

  // MARK: Fields

  /// Notes where the name and the value of a field are (RFC 9112, section 5).
  private mutating func addField(_ line: Range<Int>, of bytes: Span<UInt8>) throws(HTTPError) {
    guard entries.count < limits.maxFields else { throw .tooManyFields }
    var colon = line.lowerBound
    while colon < line.upperBound, bytes[colon].isTokenByte { colon += 1 }
    guard colon > line.lowerBound, colon < line.upperBound, bytes[colon] == UInt8(ascii: ":") else {
      throw HTTPError(.badRequest, "Write every header field as 'Name: value' on one line.")
    }
    let name = line.lowerBound..<colon
    let value = bytes.trimmingWhitespace(colon + 1..<line.upperBound)
    entries.append(Fields.Entry(name: name - fieldsStart, value: value - fieldsStart))
    try control.note(bytes.extracting(name), bytes.extracting(value))
  }

  private func makeHead(
    _ line: RequestLine, _ fieldBytes: Span<UInt8>
  ) throws(HTTPError) -> RequestHead {
    let framing = try control.framing(of: line, limits)
    var fields = Fields(bytes: Array(copying: fieldBytes), entries: entries)
    if let authority = line.target.authority {
      // RFC 9112, section 3.2.2. An authority was checked, and holds no line break.
      fields.set("Host", FieldValue(unchecked: authority))
    }
    return RequestHead(
      method: line.method, version: line.version,
      target: line.target.text, path: line.target.path, fields: fields, framing: framing,
      keepsAlive: control.keepsAlive(in: line.version),
      expectsContinue: control.expectsContinue && line.version == .http11 && framing != .none)
  }
}

extension UInt8 {
  /// The first byte of a TLS handshake, with which `https://` starts (RFC 8446, section 5.1).
  fileprivate static let tlsHandshake: UInt8 = 0x16
}

extension HTTPError {
  static var tooManyFields: HTTPError {
    HTTPError(.headerFieldsTooLarge, "Send fewer and shorter header fields and cookies.")
  }
}

private func - (range: Range<Int>, offset: Int) -> Range<Int> {
  range.lowerBound - offset..<range.upperBound - offset
}
