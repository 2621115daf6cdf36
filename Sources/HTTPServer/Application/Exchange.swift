import EventLoop
public import Platform

/// A request and what came of it, as a log has it: there is no query here.
public struct Exchange: Sendable {
  /// `nil` where the request is refused and its method was not understood.
  public let method: Method?
  /// The target's path as it was sent, percent-encoded, or as much of it as has arrived; `nil` where
  /// the request is refused and its target was not understood.
  public let encodedPath: Substring?
  /// Of the response, whether or not the client stayed to hear it.
  public let status: Status
  /// How long the response took to make, by the loop's clock, once the request was here. For one
  /// whose body stays open: until its handler was done.
  public let duration: Duration
  /// See `Request.peer`.
  public let peer: PeerAddress?
  private let fields: Fields

  /// See `Request.clientAddress`.
  public var clientAddress: String? { peer?.description }

  /// The lines in which proxies say whom they had the request from (`X-Forwarded-For`).
  public var forwardedFor: [String] { fields.values(of: .forwardedFor) }

  init(_ request: Request, _ response: Response, since start: Instant) {
    method = request.method
    encodedPath = request.encodedPath
    status = response.status
    duration = response.clock.now - start
    peer = request.peer
    fields = request.fields
  }

  init(_ refused: RefusedRequest, _ response: Response, since start: Instant) {
    method = refused.method
    encodedPath = refused.encodedPath
    status = response.status
    duration = response.clock.now - start
    peer = refused.request.peer
    fields = refused.request.fields
  }
}
