public import Platform

/// Where a server is: the host and port of an `http` address.
public struct Endpoint: Sendable, Equatable {
  public let host: String
  public let port: Int

  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Reads `http://host:port`; the port is 80 unless told.
  /// - Returns: `nil` for anything else.
  public init?(_ text: String) {
    guard text.hasPrefix("http://") else { return nil }
    var rest = text.dropFirst("http://".count)
    if rest.hasSuffix("/") { rest.removeLast() }
    var host = rest
    if rest.first == "[", let end = rest.firstIndex(of: "]") {
      host = rest[..<end].dropFirst()
      rest = rest[end...].dropFirst()
    } else {
      host = rest.prefix { $0 != ":" }
      rest = rest[host.endIndex...]
    }
    let isHost =
      !host.isEmpty
      && host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-:".contains($0)) }
    let port = rest.isEmpty ? 80 : Int(rest.dropFirst())
    guard isHost, rest.isEmpty || rest.first == ":", let port, (1...65535).contains(port) else {
      return nil
    }
    self.init(host: String(host), port: port)
  }

  /// As the `Host` field has it (RFC 9110, section 7.2).
  var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// Every address of the host.
  /// - Throws: `SystemError` for a host that has none.
  public func addresses() throws(SystemError) -> [SocketAddress] {
    try SocketAddress.resolve(host: host, port: port)
  }
}

/// What a screen shows.
public struct Tally: Sendable, Equatable, Codable {
  public var yes = 0
  public var no = 0

  public init(yes: Int = 0, no: Int = 0) {
    self.yes = yes
    self.no = no
  }

  public var total: Int { yes + no }
}
