import HTTPServer

/// Sends a person who typed an address nearly right where it was meant to lead: `/Result`,
/// `/results`, `/result/`, `/vote`, `/index.html`. Scripts get their 404.
///
/// The address it sends to is relative, so that it is right below a path of a proxy too.
func typedAddresses() -> Middleware {
  { request, response, next in
    guard let location = TypedAddress.location(meantBy: request) else { return try await next() }
    try response.redirect(to: location, .permanentRedirect)
  }
}

enum TypedAddress {
  /// The pages, by what people take them to be called, in small letters.
  private static let pages = [
    "": "", "index": "", "home": "", "vote": "", "votes": "", "voting": "",
    "result": "result", "results": "result", "desk": "desk", "health": "health",
    "metrics": "metrics",
    "result.json": "result.json", "results.json": "result.json",
    "result.csv": "result.csv", "results.csv": "result.csv",
  ]
  private static let endings = [".html", ".htm"]

  /// - Returns: `nil` where nothing is near, for anything but a browser's window, and with a query:
  ///   whoever writes one knows where to.
  static func location(meantBy request: Request) -> String? {
    guard request.isNavigation, request.method == .get || request.method == .head,
      request.query.items.isEmpty, let page = page(meantBy: request.path)
    else { return nil }
    let slashes = request.encodedPath.utf8.count { $0 == UInt8(ascii: "/") }
    let up = String(repeating: "../", count: slashes - 1)
    return up.isEmpty && page.isEmpty ? "./" : up + page
  }

  /// Slashes too many, and the punctuation that a link in a sentence ends with, mean nothing.
  private static func page(meantBy path: String) -> String? {
    let parts = path.lowercased().split(separator: "/")
    guard parts.count <= 1 else { return nil }
    var name = parts.first.map { String($0.trimmingSuffix { " .,;:!?)".contains($0) }) } ?? ""
    if let ending = endings.first(where: name.hasSuffix) { name.removeLast(ending.count) }
    return pages[name]
  }
}

extension Substring {
  fileprivate func trimmingSuffix(while isEnd: (Character) -> Bool) -> Substring {
    var rest = self
    while let last = rest.last, isEnd(last) { rest.removeLast() }
    return rest
  }
}
