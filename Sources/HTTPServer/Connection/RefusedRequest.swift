/// A request that is refused before a handler could see it, and what is known of it.
struct RefusedRequest {
  let error: HTTPError
  /// As far as it was read; `nil` where not even its first line was.
  let request: Request?
  /// The response has no body (RFC 9110, section 9.3.2).
  let isHead: Bool

  init(_ error: HTTPError, _ request: Request?, isHead: Bool = false) {
    self.error = error
    self.request = request
    self.isHead = isHead || request?.method == .head
  }
}
