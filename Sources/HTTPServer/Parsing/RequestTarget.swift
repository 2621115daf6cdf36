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
    guard Self.isVisible(bytes), let authority = Self.authority(in: bytes) else {
      throw Self.malformed
    }
    self.authority = authority.isEmpty ? nil : String(copying: bytes.extracting(authority))
    let rest = bytes.extracting(authority.upperBound..<bytes.count)
    if method == .options, rest.isEmpty || rest.equals("*") {
      // With an authority and no path it is the server, too: RFC 9112, section 3.2.4.
      text = "*"
      path = "*"
      return
    }
    let pathEnd = rest.firstIndex(of: UInt8(ascii: "?"), in: rest.indices)
    if pathEnd == 0 {
      guard self.authority != nil else { throw Self.malformed }
      text = "/" + String(copying: rest)
      path = "/"
    } else {
      guard rest[0] == UInt8(ascii: "/") else { throw Self.malformed }
      text = String(copying: rest)
      path = try Self.decoded(rest.extracting(0..<pathEnd))
    }
  }

  /// Where the authority of an absolute form is; nowhere, at the start, in any other form.
  private static func authority(in bytes: Span<UInt8>) -> Range<Int>? {
    let scheme = 7
    guard bytes.count > scheme, bytes.extracting(0..<scheme).equalsIgnoringCase("http://") else {
      return 0..<0
    }
    let end = bytes.firstIndex(in: scheme..<bytes.count) {
      $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?")
    }
    return bytes.extracting(scheme..<end).isAuthority ? scheme..<end : nil
  }

  private static func decoded(_ path: Span<UInt8>) throws(HTTPError) -> String {
    if path.allSatisfy({ $0 != UInt8(ascii: "%") }) { return String(copying: path) }
    guard let text = unsafe path.withUnsafeBufferPointer(PercentEncoding.decodeStrictly) else {
      throw HTTPError(
        .badRequest, "The address holds a '%' that is not part of encoded UTF-8 text.")
    }
    return text
  }

  /// Visible ASCII without `#`: a fragment stays with the client. More is taken than RFC 3986
  /// allows, because browsers send `|` and `"` as they are.
  static func isVisible(_ bytes: Span<UInt8>) -> Bool {
    bytes.allSatisfy {
      $0 > UInt8(ascii: " ") && $0 <= UInt8(ascii: "~") && $0 != UInt8(ascii: "#")
    }
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
    let host = 0..<firstIndex(of: UInt8(ascii: isLiteral ? "]" : ":"), in: indices)
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
      && extracting(range.lowerBound + 1..<range.upperBound).allSatisfy(\.isDigit)
  }

  /// Only which bytes there are is checked; nothing here dials the address.
  private var isIPv6: Bool {
    allSatisfy { $0.hexDigitValue != nil || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
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
