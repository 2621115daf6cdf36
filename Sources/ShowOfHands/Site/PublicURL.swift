/// The address people use, where a proxy is in front of the server.
struct PublicURL: Hashable, Sendable, CustomStringConvertible {
  let origin: WebOrigin
  /// Starts with a slash, and ends with one.
  let path: String

  /// - Returns: `nil` for anything but `http` or `https`, a host, and perhaps a port and a path.
  init?(_ text: String) {
    // Nobody can call port 0.
    guard let (origin, rest) = WebOrigin.split(text), origin.port > 0 else { return nil }
    let path = rest.isEmpty ? "/" : rest
    guard path.first == "/", path.utf8.allSatisfy(Self.isPathByte) else { return nil }
    self.origin = origin
    self.path = path.last == "/" ? String(path) : path + "/"
  }

  /// What a path and the `Path` of a cookie may both hold: visible ASCII.
  private static func isPathByte(_ byte: UInt8) -> Bool {
    (0x21...0x7E).contains(byte) && !#";?#\"#.utf8.contains(byte)
  }

  var isSecure: Bool { origin.scheme == .https }
  /// A browser that comes by another address does not keep or send the cookies that belong here.
  var keepsCookiesToItself: Bool { isSecure || path != "/" }
  var description: String { "\(origin)\(path)" }
}
