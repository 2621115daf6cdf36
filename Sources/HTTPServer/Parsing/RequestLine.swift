/// The first line of a request: `GET /vote?yes=true HTTP/1.1` (RFC 9112, section 3).
struct RequestLine {
  let method: Method
  let version: Version
  let target: RequestTarget

  /// - Parameter line: without its CRLF, and free of control bytes but tabs.
  /// - Throws: 400 for another shape, 505 for another version, 501 for another method.
  init(_ line: Span<UInt8>) throws(HTTPError) {
    var targetStart = 0
    while targetStart < line.count, line[targetStart].isTokenByte { targetStart += 1 }
    let versionStart = line.count - " HTTP/1.1".utf8.count
    guard targetStart > 0, targetStart + 1 < versionStart,
      line[targetStart] == UInt8(ascii: " "), line[versionStart] == UInt8(ascii: " ")
    else { throw Self.malformed }
    let version = try Self.version(line.extracting(versionStart + 1..<line.count))
    let method = try Self.method(line.extracting(0..<targetStart))
    let target = try RequestTarget(line.extracting(targetStart + 1..<versionStart), for: method)
    (self.version, self.method, self.target) = (version, method, target)
  }

  /// `HTTP/1.` and any digit: what is new in a higher minor version can be ignored (RFC 9110,
  /// section 2.5).
  private static func version(_ text: Span<UInt8>) throws(HTTPError) -> Version {
    guard text.extracting(0..<5).equals("HTTP/"), text[5].isDigit,
      text[6] == UInt8(ascii: "."), text[7].isDigit
    else { throw malformed }
    guard text[5] == UInt8(ascii: "1") else {
      throw HTTPError(.versionNotSupported, "Use HTTP/1.1.")
    }
    return text[7] == UInt8(ascii: "0") ? .http10 : .http11
  }

  private static func method(_ token: Span<UInt8>) throws(HTTPError) -> Method {
    if let method = Method(token) { return method }
    throw HTTPError(
      .notImplemented, "This server knows no such method; use GET, HEAD or POST, in capitals.")
  }

  private static var malformed: HTTPError {
    HTTPError(.badRequest, "Write the request line as 'GET /path HTTP/1.1'.")
  }
}
