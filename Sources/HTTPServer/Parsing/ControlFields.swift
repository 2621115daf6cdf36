/// What the fields of a head say about the body and the connection, gathered as they are parsed.
struct ControlFields {
  private var hasHost = false
  private var hasContentType = false
  private var contentLength: Int?
  private var transferCodings = TransferCodings()
  private var closes = false
  private var asksToKeepAlive = false
  private(set) var expectsContinue = false

  /// Those of every `Transfer-Encoding` field, in their order.
  private struct TransferCodings {
    var count = 0
    var chunkedCount = 0
    var endsWithChunked = false
  }

  /// - Throws: 400 or 417 where the field alone is wrong.
  mutating func note(_ name: Span<UInt8>, _ value: Span<UInt8>) throws(HTTPError) {
    switch name.count {
    case 4 where name.equalsIgnoringCase("host"): try noteHost(value)
    case 6 where name.equalsIgnoringCase("expect"): try noteExpect(value)
    case 10 where name.equalsIgnoringCase("connection"): noteConnection(value)
    case 12 where name.equalsIgnoringCase("content-type"): hasContentType = true
    case 14 where name.equalsIgnoringCase("content-length"): try noteContentLength(value)
    case 17 where name.equalsIgnoringCase("transfer-encoding"): noteTransferEncoding(value)
    default: break
    }
  }

  // MARK: What follows from all of them

  /// - Throws: what the fields say wrongly together: RFC 9112, sections 3.2 and 6.3.
  func framing(of line: RequestLine, _ limits: RequestLimits) throws(HTTPError) -> BodyFraming {
    guard hasHost || line.version == .http10 else {
      throw HTTPError(.badRequest, "Send a Host field.")
    }
    if transferCodings.count > 0 {
      try checkTransferEncoding(line.version)
      return .chunked
    }
    if let contentLength {
      if contentLength > limits.maxBodyBytes { throw .bodyTooLarge(limits) }
      return contentLength == 0 ? .none : .length(contentLength)
    }
    if hasContentType, [.post, .put, .patch].contains(line.method) {
      throw HTTPError(.lengthRequired, "Say how long the body is with Content-Length.")
    }
    return .none
  }

  /// Whoever reads a message by its other length finds another request in it, so two lengths are
  /// never weighed against each other.
  private func checkTransferEncoding(_ version: Version) throws(HTTPError) {
    guard contentLength == nil else {
      throw HTTPError(.badRequest, "Send Content-Length or Transfer-Encoding, not both.")
    }
    guard version == .http11 else {
      throw HTTPError(.badRequest, "Send Content-Length; HTTP/1.0 has no Transfer-Encoding.")
    }
    // Where 'chunked' is not the last, nobody can tell where the body ends; nor where it is there
    // twice (sections 6.1 and 6.3).
    guard transferCodings.endsWithChunked, transferCodings.chunkedCount == 1 else {
      throw HTTPError(.badRequest, "Name 'chunked' as the last transfer coding, and once.")
    }
    guard transferCodings.count == 1 else {
      throw HTTPError(.notImplemented, "Send the body with no transfer coding but 'chunked'.")
    }
  }

  func keepsAlive(in version: Version) -> Bool {
    !closes && (version == .http11 || asksToKeepAlive)
  }

  // MARK: Each of them

  private mutating func noteHost(_ value: Span<UInt8>) throws(HTTPError) {
    guard !hasHost, value.isAuthority else {
      throw HTTPError(.badRequest, "Send one Host field with a host name and an optional port.")
    }
    hasHost = true
  }

  private mutating func noteExpect(_ value: Span<UInt8>) throws(HTTPError) {
    guard value.equalsIgnoringCase("100-continue") else {
      throw HTTPError(.expectationFailed, "Expect nothing but '100-continue'.")
    }
    expectsContinue = true
  }

  private mutating func noteConnection(_ value: Span<UInt8>) {
    var start = 0
    while start < value.count {
      let comma = value.firstIndex(in: start..<value.count) { $0 == UInt8(ascii: ",") }
      let option = value.extracting(value.trimmingWhitespace(start..<comma))
      if option.equalsIgnoringCase("close") { closes = true }
      if option.equalsIgnoringCase("keep-alive") { asksToKeepAlive = true }
      start = comma + 1
    }
  }

  /// Digits and nothing else, once. A list of equal lengths (RFC 9110, section 8.6) is refused too:
  /// only a broken or a hostile sender makes one.
  private mutating func noteContentLength(_ value: Span<UInt8>) throws(HTTPError) {
    guard contentLength == nil, !value.isEmpty else { throw Self.badLength }
    var length = 0
    for index in value.indices {
      guard value[index].isDigit else { throw Self.badLength }
      // What no longer fits is too long whatever digits follow.
      if length < Int.max / 100 { length = length * 10 + Int(value[index] - UInt8(ascii: "0")) }
    }
    contentLength = length
  }

  private mutating func noteTransferEncoding(_ value: Span<UInt8>) {
    var start = 0
    repeat {
      let comma = value.firstIndex(in: start..<value.count) { $0 == UInt8(ascii: ",") }
      let coding = value.extracting(value.trimmingWhitespace(start..<comma))
      transferCodings.count += 1
      transferCodings.endsWithChunked = coding.equalsIgnoringCase("chunked")
      if transferCodings.endsWithChunked { transferCodings.chunkedCount += 1 }
      start = comma + 1
    } while start <= value.count
  }

  private static var badLength: HTTPError {
    HTTPError(.badRequest, "Send one Content-Length, in decimal digits.")
  }
}

extension HTTPError {
  static func bodyTooLarge(_ limits: RequestLimits) -> HTTPError {
    HTTPError(.contentTooLarge, "Send at most \(limits.maxBodyBytes) bytes.")
  }
}
