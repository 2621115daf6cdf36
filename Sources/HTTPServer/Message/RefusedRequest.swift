/// What is known of a request that could not be read.
public struct RefusedRequest: Sendable {
  /// Percent-encoded; `/` where even that is unknown.
  public let encodedPath: String
  /// Whether a browser's window waits for the response.
  public let asksForPage: Bool
}

extension RefusedRequest {
  /// Looks for what a browser would have sent, in bytes that may be anything.
  init(unparsed bytes: ArraySlice<UInt8>) {
    var lines = bytes.split(separator: .lineFeed, omittingEmptySubsequences: false)[...]
    let words = lines.popFirst()?.split(separator: UInt8(ascii: " ")) ?? []
    let path = words.dropFirst().first?.prefix { $0 != UInt8(ascii: "?") } ?? []
    encodedPath = path.first == UInt8(ascii: "/") ? String(decoding: path, as: UTF8.self) : "/"
    let accept = lines.first { line in
      line.prefix(7).elementsEqualIgnoringCase("accept:".utf8)
    }
    asksForPage =
      accept.map { String(decoding: $0, as: UTF8.self).contains("text/html") } ?? false
  }
}
