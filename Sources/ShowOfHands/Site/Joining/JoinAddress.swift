/// An address of the voting page, as a phone gets it.
struct JoinAddress: Hashable, Sendable {
  /// Ends with a slash: `http://192.168.1.20:3000/`.
  let url: String
  /// What the host should know of it: Wi-Fi, recommended.
  var remarks: [AddressRemark]

  /// A page of this server.
  /// - Parameter host: an IPv6 address without brackets.
  init(host: String, port: Int, remarks: [AddressRemark]) {
    let host = host.contains(":") ? "[\(host)]" : host
    url = "http://\(host)\(port == WebOrigin.Scheme.http.port ? "" : ":\(port)")/"
    self.remarks = remarks
  }

  init(_ publicURL: PublicURL, remarks: [AddressRemark]) {
    url = publicURL.description
    self.remarks = remarks
  }

  /// The remarks in words, for a terminal.
  var note: String { remarks.text }

  /// As people read it from a screen and type it: without what browsers add themselves.
  var shownText: String { Self.shownText(of: url) }

  static func shownText(of url: String) -> String {
    let withoutScheme = url.hasPrefix("http://") ? url.dropFirst("http://".count) : url[...]
    return String(withoutScheme.hasSuffix("/") ? withoutScheme.dropLast() : withoutScheme)
  }

  /// What a code says that leads to an address.
  ///
  /// Scheme and host in capitals, which mean the same (RFC 3986, section 6.2.2.1), and no path where it
  /// is only a slash: all of that is in the alphabet that takes the smallest codes. Any other path
  /// stays as it is.
  static func codeText(of url: String) -> String {
    guard let (origin, rest) = WebOrigin.split(url) else { return url }
    return origin.description.uppercased() + (rest == "/" ? "" : rest)
  }
}
