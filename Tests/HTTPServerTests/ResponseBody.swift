@testable import HTTPServer

extension Response {
  /// The body as text.
  var text: String { String(decoding: bodyBytes, as: UTF8.self) }
}
