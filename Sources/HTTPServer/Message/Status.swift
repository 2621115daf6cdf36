/// A status code with its reason phrase (RFC 9110, section 15).
public struct Status: Equatable, Sendable {
  /// 100 to 599.
  public let code: Int
  /// For people who read along; clients go by the code.
  public let reason: String
  /// The line that starts a response (RFC 9112, section 4), without its CRLF.
  let line: String

  /// A code outside 100 to 599 traps.
  public init(_ code: Int, _ reason: String) {
    precondition((100...599).contains(code), "a status code is 100 to 599")
    self.code = code
    self.reason = reason
    line = "HTTP/1.1 \(code) \(reason)"
  }

  /// By the code alone.
  public static func == (one: Status, other: Status) -> Bool { one.code == other.code }

  /// Such a response has no body, and no `Content-Length` says so (RFC 9110, section 6.4.1).
  var isBodiless: Bool { code < 200 || code == 204 || code == 304 }

  /// RFC 9110, section 15.3.1.
  public static let ok = Status(200, "OK")
  /// RFC 9110, section 15.3.5: there is no body.
  public static let noContent = Status(204, "No Content")
  /// RFC 9110, section 15.3.7: a part of a file, which `Range` asked for.
  public static let partialContent = Status(206, "Partial Content")
  /// RFC 9110, section 15.4.4: the client goes on with GET.
  public static let seeOther = Status(303, "See Other")
  /// RFC 9110, section 15.4.5: what the client has is still good. There is no body.
  public static let notModified = Status(304, "Not Modified")
  /// RFC 9110, section 15.4.9: the client goes on with the same method, and remembers.
  public static let permanentRedirect = Status(308, "Permanent Redirect")
  /// RFC 9110, section 15.5.1.
  public static let badRequest = Status(400, "Bad Request")
  /// RFC 9110, section 15.5.4.
  public static let forbidden = Status(403, "Forbidden")
  /// RFC 9110, section 15.5.5: there is no such route or file.
  public static let notFound = Status(404, "Not Found")
  /// RFC 9110, section 15.5.6: `Allow` says which methods there are.
  public static let methodNotAllowed = Status(405, "Method Not Allowed")
  /// RFC 9110, section 15.5.9; see `Limits.headTimeout` and `Limits.bodyTimeout`.
  public static let requestTimeout = Status(408, "Request Timeout")
  /// RFC 9110, section 15.5.10: not as things stand.
  public static let conflict = Status(409, "Conflict")
  /// RFC 9110, section 15.5.12: the length of a body cannot be known.
  public static let lengthRequired = Status(411, "Length Required")
  /// RFC 9110, section 15.5.13.
  public static let preconditionFailed = Status(412, "Precondition Failed")
  /// RFC 9110, section 15.5.14; see `Limits.maxBodyBytes`.
  public static let contentTooLarge = Status(413, "Content Too Large")
  /// RFC 9110, section 15.5.15; see `Limits.maxRequestLineBytes`.
  public static let uriTooLong = Status(414, "URI Too Long")
  /// RFC 9110, section 15.5.16; see `Request.form()` and `Request.json(as:)`.
  public static let unsupportedMediaType = Status(415, "Unsupported Media Type")
  /// RFC 9110, section 15.5.17: the file is shorter.
  public static let rangeNotSatisfiable = Status(416, "Range Not Satisfiable")
  /// RFC 9110, section 15.5.18: something else than `100-continue` is expected.
  public static let expectationFailed = Status(417, "Expectation Failed")
  /// RFC 6585, section 5; see `Limits.maxFieldsBytes` and `Limits.maxFields`.
  public static let headerFieldsTooLarge = Status(431, "Request Header Fields Too Large")
  /// RFC 9110, section 15.6.1: a handler threw something that is no `HTTPError`.
  public static let internalServerError = Status(500, "Internal Server Error")
  /// RFC 9110, section 15.6.2: a method, or a transfer coding, that is not known here.
  public static let notImplemented = Status(501, "Not Implemented")
  /// RFC 9110, section 15.6.4: for now; see `HTTPError.unavailable`.
  public static let serviceUnavailable = Status(503, "Service Unavailable")
  /// RFC 9110, section 15.6.6: neither HTTP/1.0 nor 1.1.
  public static let versionNotSupported = Status(505, "HTTP Version Not Supported")
}
