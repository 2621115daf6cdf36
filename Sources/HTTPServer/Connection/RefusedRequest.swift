/// A request that is refused before a handler could see it, and what is known of it.
///
/// A class, because it is rare: as a value it would take its room in the frame of every request.
final class RefusedRequest {
  let error: HTTPError
  /// As far as it was understood; what was not is that of `GET /`.
  var request: Request
  /// The request's, where it was understood.
  let method: Method?
  /// The request's, where its target was understood.
  let encodedPath: Substring?

  /// A request whose head was understood.
  init(_ error: HTTPError, _ request: Request) {
    self.error = error
    self.request = request
    method = request.method
    encodedPath = request.encodedPath
  }

  /// - Parameter bytes: of its head, as far as it has arrived.
  init(_ error: HTTPError, unparsed bytes: Span<UInt8>, limits: RequestLimits) {
    let head = UnparsedHead(bytes, limits: limits)
    self.error = error
    request = Request(RequestHead(head), body: [])
    method = head.method
    encodedPath = head.target == nil ? nil : request.encodedPath
  }
}
