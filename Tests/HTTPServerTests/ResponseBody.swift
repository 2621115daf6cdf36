@testable import HTTPServer

extension Response {
  /// The body as text, read to its end.
  var text: String {
    get throws {
      switch body {
      case .none: return ""
      case .bytes(let bytes): return String(decoding: bytes, as: UTF8.self)
      case .file(let file): return String(decoding: try file.read(upTo: .max), as: UTF8.self)
      }
    }
  }
}
