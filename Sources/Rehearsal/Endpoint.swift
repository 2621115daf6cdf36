public import Platform

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where a server is: the host, port and folder of an `http` address, or a Unix socket.
public struct Endpoint: Sendable, Equatable, CustomStringConvertible {
  public let host: String
  public let port: Int
  /// In front of every address there; starts with a slash and ends without one, and is empty for the
  /// root.
  public let folder: String
  /// Of a Unix socket.
  private let socketPath: String?

  public init(host: String, port: Int, folder: String = "") {
    self.host = host
    self.port = port
    self.folder = folder
    socketPath = nil
  }

  /// - Returns: `nil` for a path that no Unix socket can have.
  public init?(socketPath: String) {
    guard SocketAddress(path: socketPath) != nil else { return nil }
    host = "localhost"
    port = 80
    folder = ""
    self.socketPath = socketPath
  }

  /// Reads `http://host:port/folder/`, where 80 is the port if there is none; or `unix:` and a path.
  /// - Returns: `nil` for anything else, such as another scheme or a query.
  public init?(_ text: String) {
    if text.hasPrefix(Self.unixScheme) {
      self.init(socketPath: String(text.dropFirst(Self.unixScheme.count)))
      return
    }
    guard let url = URLComponents(string: text), url.scheme == "http", url.user == nil,
      url.query == nil, url.fragment == nil, var host = url.host,
      url.percentEncodedPath.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { return nil }
    // An IPv6 address comes in its brackets.
    if host.hasPrefix("[") { host = String(host.dropFirst().dropLast()) }
    let isHost = host.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || ".-_:".contains($0))
    }
    guard isHost, !host.isEmpty, case let port = url.port ?? 80, (1...65535).contains(port) else {
      return nil
    }
    let path = url.percentEncodedPath
    self.init(host: host, port: port, folder: path.hasSuffix("/") ? String(path.dropLast()) : path)
  }

  private static let unixScheme = "unix:"

  /// As `init(_:)` reads it.
  public var description: String {
    socketPath.map { Self.unixScheme + $0 } ?? "http://\(authority)\(folder)"
  }

  /// As the `Host` field has it (RFC 9110, section 7.2).
  var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// Every address of the host.
  /// - Throws: `SystemError` for a host that has none.
  public func addresses() throws(SystemError) -> [SocketAddress] {
    if let address = socketPath.flatMap(SocketAddress.init(path:)) { return [address] }
    return try SocketAddress.resolve(host: host, port: port)
  }
}
