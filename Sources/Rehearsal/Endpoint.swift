public import Platform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where a server is: the host and port of an `http` address.
public struct Endpoint: Sendable, Equatable {
  public let host: String
  public let port: Int

  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }

  /// Reads `http://host:port`; default: port 80.
  /// - Returns: `nil` for anything else, such as another scheme or a path.
  public init?(_ text: String) {
    guard let url = URLComponents(string: text), url.scheme == "http", url.user == nil,
      ["", "/"].contains(url.path), url.query == nil, url.fragment == nil, var host = url.host
    else { return nil }
    // An IPv6 address comes in its brackets.
    if host.hasPrefix("[") { host = String(host.dropFirst().dropLast()) }
    let isHost = host.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || ".-_:".contains($0))
    }
    guard isHost, !host.isEmpty, case let port = url.port ?? 80, (1...65535).contains(port) else {
      return nil
    }
    self.init(host: host, port: port)
  }

  /// As the `Host` field has it (RFC 9110, section 7.2).
  var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// Every address of the host.
  /// - Throws: `SystemError` for a host that has none.
  public func addresses() throws(SystemError) -> [SocketAddress] {
    try SocketAddress.resolve(host: host, port: port)
  }
}
