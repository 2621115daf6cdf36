/// A value for `Content-Type` (RFC 9110, section 8.3).
public struct MediaType: Sendable, Equatable, CustomStringConvertible {
  /// The whole value, parameters included.
  public let value: FieldValue

  /// Any type, as the field has it: `"image/avif"`.
  public init(_ value: FieldValue) { self.value = value }

  public var description: String { value.text }

  /// A page, in UTF-8.
  public static let html = MediaType("text/html; charset=utf-8")
  /// Plain text, in UTF-8.
  public static let text = MediaType("text/plain; charset=utf-8")
  /// A style sheet, in UTF-8.
  public static let css = MediaType("text/css; charset=utf-8")
  /// A table (RFC 4180), in UTF-8.
  public static let csv = MediaType("text/csv; charset=utf-8")
  /// RFC 8259; it is in UTF-8 always, and has no parameter that says so.
  public static let json = MediaType("application/json")
  /// A script or a module (RFC 9239), in UTF-8.
  public static let javascript = MediaType("text/javascript; charset=utf-8")
  /// Server-sent events (WHATWG HTML, section 9.2). Bare: some proxies know it by this text alone.
  public static let eventStream = MediaType("text/event-stream")
  /// Anything; browsers offer to save it.
  public static let bytes = MediaType("application/octet-stream")
}

extension MediaType {
  /// The type of a file by its name; `bytes` for an ending that is not known here.
  init(ofFile name: String) {
    let ending = name.utf8.reversed().prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "/") }
    let small = String(decoding: ending.reversed().map(\.lowercasedASCII), as: UTF8.self)
    self = Self.byEnding[small] ?? .bytes
  }

  private static let byEnding: [String: MediaType] = [
    "html": .html, "css": .css, "js": .javascript, "mjs": .javascript, "json": .json, "map": .json,
    "txt": .text, "csv": .csv,
    "webmanifest": MediaType("application/manifest+json"),
    "xml": MediaType("application/xml"),
    "wasm": MediaType("application/wasm"),
    "svg": MediaType("image/svg+xml"),
    "png": MediaType("image/png"),
    "jpg": MediaType("image/jpeg"), "jpeg": MediaType("image/jpeg"),
    "gif": MediaType("image/gif"),
    "webp": MediaType("image/webp"),
    "ico": MediaType("image/vnd.microsoft.icon"),
    "woff2": MediaType("font/woff2"),
  ]
}
