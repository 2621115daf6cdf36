/// A host and, where one is written, a port (RFC 3986, section 3.2), in small letters and without
/// the final dot of a complete domain name, so that two of one meaning are equal.
struct Authority: Hashable, Sendable, CustomStringConvertible {
  /// An IPv6 address is in its brackets.
  let host: String
  let port: Int?

  /// As many characters as a domain name has (RFC 1035, section 2.3.4).
  private static let maxHostBytes = 255

  /// - Returns: `nil` for anything but a host and a port, a user name before them too: it only
  ///   serves to deceive (RFC 9110, section 4.2.4).
  init?(_ text: some StringProtocol) {
    let text = Array(text.utf8)
    let isLiteral = text.first == UInt8(ascii: "[")
    let close = text.firstIndex(of: UInt8(ascii: "]"))
    let hostEnd =
      isLiteral ? (close ?? text.count - 1) + 1 : text.firstIndex(of: UInt8(ascii: ":"))
    var host = text[..<(hostEnd ?? text.count)]
    if host.last == UInt8(ascii: ".") { host.removeLast() }
    guard !host.isEmpty, host.count <= Self.maxHostBytes,
      isLiteral ? Self.isIPv6(host) : host.allSatisfy(\.isHostByte),
      let port = Self.port(text[(hostEnd ?? text.count)...])
    else { return nil }
    self.host = String(decoding: host, as: UTF8.self).lowercased()
    self.port = port.isEmpty ? nil : Int(port)
  }

  var description: String { port.map { "\(host):\($0)" } ?? host }

  /// Only which bytes there are is checked; nothing here dials the address.
  private static func isIPv6(_ host: ArraySlice<UInt8>) -> Bool {
    host.last == UInt8(ascii: "]") && host.count > 3
      && host.dropFirst().dropLast().allSatisfy {
        $0.isHexDigit || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
      }
  }

  /// The digits behind the colon: none is the scheme's own port. `nil` for what is not a port.
  private static func port(_ text: ArraySlice<UInt8>) -> String? {
    guard let colon = text.first else { return "" }
    let digits = String(decoding: text.dropFirst(), as: UTF8.self)
    guard colon == UInt8(ascii: ":"), digits.utf8.allSatisfy(\.isDigit) else { return nil }
    return digits.isEmpty || UInt16(digits) != nil ? digits : nil
  }
}

/// Where a page came from: the scheme, host and port of its address (RFC 6454, section 4).
struct WebOrigin: Hashable, Sendable, CustomStringConvertible {
  enum Scheme: String, Sendable {
    case http, https

    var port: Int { self == .http ? 80 : 443 }
  }

  let scheme: Scheme
  let host: String
  let port: Int

  /// Reads an `Origin` field. `null`, which a page without an origin sends, is none, and so is
  /// whatever is not a scheme and an authority alone.
  init?(_ origin: String) {
    guard let (found, rest) = Self.split(origin), rest.isEmpty else { return nil }
    self = found
  }

  /// Reads the origin of an address, as `Referer` has it.
  init?(ofURL url: String) {
    guard let (found, _) = Self.split(url) else { return nil }
    self = found
  }

  private init(_ scheme: Scheme, _ authority: Authority) {
    self.scheme = scheme
    host = authority.host
    port = authority.port ?? scheme.port
  }

  /// The origin of an address, and what comes behind it.
  static func split(_ url: String) -> (origin: WebOrigin, rest: Substring)? {
    guard let colon = url.utf8.firstIndex(of: UInt8(ascii: ":")),
      let scheme = Scheme(rawValue: url[..<colon].lowercased()),
      url[colon...].hasPrefix("://")
    else { return nil }
    let start = url.utf8.index(colon, offsetBy: 3)
    let end = url.utf8[start...].firstIndex { "/?#".utf8.contains($0) } ?? url.endIndex
    guard let authority = Authority(url[start..<end]) else { return nil }
    return (WebOrigin(scheme, authority), url[end...])
  }

  /// Whether a `Host` field may name it: without a port that is the scheme's own.
  func matches(_ authority: Authority) -> Bool {
    host == authority.host && port == authority.port ?? scheme.port
  }

  /// Host and port, as a `Host` field names them.
  var authority: String { port == scheme.port ? host : "\(host):\(port)" }
  var description: String { "\(scheme.rawValue)://\(authority)" }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  fileprivate var isHexDigit: Bool {
    isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self | 0x20)
  }

  /// Of a name in the domain name system, or of an IPv4 address; some networks use underscores.
  fileprivate var isHostByte: Bool {
    isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
      || self == UInt8(ascii: "-") || self == UInt8(ascii: ".") || self == UInt8(ascii: "_")
  }
}
