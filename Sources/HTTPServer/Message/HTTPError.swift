/// An error that knows its response: a status, one sentence that says what to do, and the fields
/// that belong to it (`Allow` with 405, `Retry-After` with 503).
///
/// Throw it from a handler or a middleware. Anything else that is thrown becomes a 500 that keeps
/// its details to the log.
public struct HTTPError: Error, Sendable, CustomStringConvertible {
  /// What the response says.
  public var status: Status
  /// One sentence for whoever reads it, without internals: it is sent.
  public var message: String
  /// Says in a word which error this is, for scripts that have sentences of their own: by default
  /// the status's reason phrase, `not-found`.
  public var code: String
  /// What the sentence tells beside the code, by names: for who says it in another language.
  public var details: [String: String]
  /// Set on the response, in place of those of the same names.
  public var fields: Fields

  /// An error with its response.
  /// - Parameters:
  ///   - status: 4xx where the client can do something about it, 5xx where it cannot.
  ///   - message: one sentence that says what to do; it is sent.
  ///   - code: default: the reason phrase in small letters with hyphens, `not-found`.
  ///   - details: for `onError` handlers that say it in other words; the plain JSON leaves them
  ///     out.
  ///   - fields: what belongs to the status, such as `Retry-After`.
  public init(
    _ status: Status, _ message: String, code: String? = nil, details: [String: String] = [:],
    fields: Fields = Fields()
  ) {
    self.status = status
    self.message = message
    self.code = code ?? status.reason.lowercased().replacing(" ", with: "-")
    self.details = details
    self.fields = fields
  }

  /// 503 that asks the client to come back.
  public static func unavailable(
    _ message: String, code: String? = nil, details: [String: String] = [:],
    retryAfterSeconds seconds: Int
  ) -> HTTPError {
    var error = HTTPError(.serviceUnavailable, message, code: code, details: details)
    error.fields.set("Retry-After", FieldValue(seconds))
    return error
  }

  public var description: String { "\(status.code) \(status.reason): \(message)" }
}
