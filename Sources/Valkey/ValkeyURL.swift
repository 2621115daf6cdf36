import Platform

/// Where a server is: `valkey://user:password@host:6379/0`, of which all but the host may be left out.
/// `redis://` means the same.
public struct ValkeyURL: Hashable, Sendable {
  /// A name, or an address in digits without brackets.
  public var host: String
  public var port: Int
  /// `nil` for the server's own user, `default`.
  public var user: String?
  /// `nil` where the server asks for none.
  public var password: String?
  public var database: Int

  public static let defaultPort = 6379
  private static let ports = 1...65_535
  private static let databases = 0...65_535
  private static let schemes = ["valkey", "redis"]
  private static let schemesOfTLS = ["valkeys", "rediss"]

  public init(
    host: String, port: Int = defaultPort, user: String? = nil, password: String? = nil,
    database: Int = 0
  ) {
    self.host = host
    self.port = port
    self.user = user
    self.password = password
    self.database = database
  }

  /// Reads an address as people write it. In the name and the password, what would end them is
  /// written with percent signs: `%40` for `@`.
  public init(_ text: String) throws(ValkeyURLError) {
    guard let colon = text.firstRange(of: "://") else { throw .badScheme }
    let scheme = text[..<colon.lowerBound].lowercased()
    if Self.schemesOfTLS.contains(scheme) { throw .hasTLS }
    guard Self.schemes.contains(scheme) else { throw .badScheme }
    let rest = text[colon.upperBound...]
    if rest.contains(where: { $0 == "?" || $0 == "#" }) { throw .hasMore }
    let path = rest.lastIndex(of: "@").map { rest[$0...] } ?? rest
    let slash = path.firstIndex(of: "/") ?? rest.endIndex
    let authority = rest[..<slash]
    (user, password) = (nil, nil)
    var place = authority
    if let at = authority.lastIndex(of: "@") {
      (user, password) = try Self.credentials(authority[..<at])
      place = authority[authority.index(after: at)...]
    }
    (host, port) = try Self.hostAndPort(place)
    database = try Self.database(rest[slash...].dropFirst())
  }

  private static func credentials(
    _ text: Substring
  ) throws(ValkeyURLError) -> (user: String?, password: String?) {
    guard let colon = text.firstIndex(of: ":") else { throw .badCredentials }
    let user = try decoded(text[..<colon])
    let password = try decoded(text[text.index(after: colon)...])
    if user.isEmpty { return (nil, password.isEmpty ? nil : password) }
    return (user, password)
  }

  private static func hostAndPort(
    _ text: Substring
  ) throws(ValkeyURLError) -> (host: String, port: Int) {
    var host = text
    var port: Substring?
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { throw .badHost }
      host = text[..<end].dropFirst()
      guard InternetAddress(host)?.isIPv4 == false else { throw .badHost }
      let rest = text[end...].dropFirst()
      guard rest.isEmpty || rest.hasPrefix(":") else { throw .badHost }
      port = rest.isEmpty ? nil : rest.dropFirst()
    } else if let colon = text.firstIndex(of: ":") {
      host = text[..<colon]
      port = text[colon...].dropFirst()
    }
    guard !host.isEmpty, host.utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "%") })
    else { throw .badHost }
    guard let port, !port.isEmpty else { return (String(host), defaultPort) }
    return (String(host), try number(port, in: ports, else: .badPort))
  }

  private static func database(_ text: Substring) throws(ValkeyURLError) -> Int {
    text.isEmpty ? 0 : try number(text, in: databases, else: .badDatabase)
  }

  private static func number(
    _ text: Substring, in range: ClosedRange<Int>, else error: ValkeyURLError
  ) throws(ValkeyURLError) -> Int {
    // `Int` would read a sign, too.
    guard text.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let number = Int(text),
      range.contains(number)
    else { throw error }
    return number
  }

  private static func decoded(_ text: Substring) throws(ValkeyURLError) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit),
        let value = UInt8(digits, radix: 16)
      else { throw .badEncoding }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .badEncoding }
    return text
  }
}

extension ValkeyURL: CustomStringConvertible {
  /// Without the user and the password: it goes to logs and to screens.
  public var description: String {
    let place = host.contains(":") ? "[\(host)]" : host
    return "valkey://\(place):\(port)/\(database)"
  }
}

extension ValkeyURL: CustomReflectable {
  /// What a debugger or a test prints tells no password either.
  public var customMirror: Mirror { Mirror(self, children: ["url": description]) }
}
