/// What a request is for (RFC 9112, section 3.2), reduced to origin form.
struct RequestTarget {
  /// `/vote?yes=true`, or `*` where the server itself is meant.
  let text: String
  /// Percent-decoded; `*` where the server itself is meant.
  let path: String
  /// The authority of an absolute form, which stands in for `Host`.
  let authority: String?

  /// - Throws: 400 for a target that no request of this method can have.
  init(_ bytes: Span<UInt8>, for method: Method) throws(HTTPError) {
    guard Self.isVisible(bytes) else { throw Self.malformed }
    let scheme = 7
    if bytes[0] == UInt8(ascii: "/") {
      authority = nil
      text = String(copying: bytes)
    } else if bytes.count > scheme, bytes.extracting(0..<scheme).equalsIgnoringCase("http://") {
      let end = bytes.firstIndex(in: scheme..<bytes.count) {
        $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?")
      }
      let host = bytes.extracting(scheme..<end)
      guard host.isAuthority else { throw Self.malformed }
      authority = String(copying: host)
      text = Self.originForm(bytes.extracting(end..<bytes.count), for: method)
    } else if bytes.equals("*"), method == .options {
      authority = nil
      text = "*"
    } else {
      throw Self.malformed
    }
    path = try Self.path(of: text)
  }

  /// What follows the authority. Nothing stands for the root, and for `*` with OPTIONS (RFC 9112,
  /// section 3.2.4).
  private static func originForm(_ rest: Span<UInt8>, for method: Method) -> String {
    if rest.isEmpty { return method == .options ? "*" : "/" }
    return rest[0] == UInt8(ascii: "/") ? String(copying: rest) : "/" + String(copying: rest)
  }

  private static func path(of text: String) throws(HTTPError) -> String {
    let path = text.utf8.prefix { $0 != UInt8(ascii: "?") }
    if !path.contains(UInt8(ascii: "%")) {
      return path.endIndex == text.endIndex ? text : String(Substring(path))
    }
    guard let decoded = PercentEncoding.decodeStrictly(path) else {
      throw HTTPError(
        .badRequest, "The address holds a '%' that is not part of encoded UTF-8 text.")
    }
    return decoded
  }

  /// Visible ASCII without `#`: a fragment stays with the client. More is taken than RFC 3986
  /// allows, because browsers send `|` and `"` as they are.
  private static func isVisible(_ bytes: Span<UInt8>) -> Bool {
    for index in bytes.indices {
      let byte = bytes[index]
      if byte <= UInt8(ascii: " ") || byte > UInt8(ascii: "~") || byte == UInt8(ascii: "#") {
        return false
      }
    }
    return true
  }

  private static var malformed: HTTPError {
    HTTPError(
      .badRequest, "Write the address as '/path?query', without spaces and percent-encoded.")
  }
}

extension Span<UInt8> {
  /// A host with an optional port (RFC 3986, section 3.2). User names are refused: they only serve
  /// to deceive (RFC 9110, section 4.2.4).
  var isAuthority: Bool {
    guard !isEmpty else { return false }
    let isLiteral = self[0] == UInt8(ascii: "[")
    let host = 0..<firstIndex(in: indices) { $0 == UInt8(ascii: isLiteral ? "]" : ":") }
    if isLiteral {
      guard host.upperBound < count, host.count > 2, extracting(1..<host.upperBound).isIPv6
      else { return false }
      return host.upperBound + 1 == count || isPort(host.upperBound + 1..<count)
    }
    return !host.isEmpty && extracting(host).isRegisteredName
      && (host.upperBound == count || isPort(host.upperBound..<count))
  }

  /// A colon and up to five digits; none is the default port.
  private func isPort(_ range: Range<Int>) -> Bool {
    self[range.lowerBound] == UInt8(ascii: ":") && range.count <= 6
      && firstIndex(in: range.lowerBound + 1..<range.upperBound) { !$0.isDigit } == range.upperBound
  }

  /// Only which bytes there are is checked; nothing here dials the address.
  private var isIPv6: Bool {
    firstIndex(in: indices) {
      $0.hexDigitValue == nil && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: ".")
    } == count
  }

  private var isRegisteredName: Bool {
    var index = 0
    while index < count {
      if self[index] == UInt8(ascii: "%") {
        guard index + 2 < count, self[index + 1].hexDigitValue != nil,
          self[index + 2].hexDigitValue != nil
        else { return false }
        index += 2
      } else if !self[index].isRegisteredNameByte {
        return false
      }
      index += 1
    }
    return true
  }
}

extension UInt8 {
  /// unreserved or sub-delims (RFC 3986, sections 2.2 and 2.3).
  fileprivate var isRegisteredNameByte: Bool {
    switch self {
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ","), UInt8(ascii: ";"),
      UInt8(ascii: "="):
      true
    case UInt8(ascii: "#"), UInt8(ascii: "%"), UInt8(ascii: "^"), UInt8(ascii: "`"),
      UInt8(ascii: "|"):
      false
    default: isTokenByte
    }
  }
}
