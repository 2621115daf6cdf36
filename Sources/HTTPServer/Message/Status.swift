/// A status code with its reason phrase (RFC 9110, section 15).
public struct Status: Equatable, Sendable {
  public let code: Int
  public let reason: String
  /// The line that starts a response (RFC 9112, section 4), without its CRLF.
  let line: String

  public init(_ code: Int, _ reason: String) {
    precondition((100...599).contains(code), "a status code is 100 to 599")
    self.code = code
    self.reason = reason
    line = "HTTP/1.1 \(code) \(reason)"
  }

  public static func == (one: Status, other: Status) -> Bool { one.code == other.code }

  /// Such a response has no body, and no `Content-Length` says so (RFC 9110, section 6.4.1).
  var isBodiless: Bool { code < 200 || code == 204 || code == 304 }

  public static let ok = Status(200, "OK")
  public static let noContent = Status(204, "No Content")
  public static let partialContent = Status(206, "Partial Content")
  public static let seeOther = Status(303, "See Other")
  public static let notModified = Status(304, "Not Modified")
  public static let permanentRedirect = Status(308, "Permanent Redirect")
  public static let badRequest = Status(400, "Bad Request")
  public static let forbidden = Status(403, "Forbidden")
  public static let notFound = Status(404, "Not Found")
  public static let methodNotAllowed = Status(405, "Method Not Allowed")
  public static let requestTimeout = Status(408, "Request Timeout")
  public static let conflict = Status(409, "Conflict")
  public static let lengthRequired = Status(411, "Length Required")
  public static let preconditionFailed = Status(412, "Precondition Failed")
  public static let contentTooLarge = Status(413, "Content Too Large")
  public static let uriTooLong = Status(414, "URI Too Long")
  public static let unsupportedMediaType = Status(415, "Unsupported Media Type")
  public static let rangeNotSatisfiable = Status(416, "Range Not Satisfiable")
  public static let expectationFailed = Status(417, "Expectation Failed")
  public static let headerFieldsTooLarge = Status(431, "Request Header Fields Too Large")
  public static let internalServerError = Status(500, "Internal Server Error")
  public static let notImplemented = Status(501, "Not Implemented")
  public static let serviceUnavailable = Status(503, "Service Unavailable")
  public static let versionNotSupported = Status(505, "HTTP Version Not Supported")
}
