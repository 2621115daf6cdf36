public import HTTPServer

// ServerSentEvents: a response that stays open and is sent events, and audiences of them.
//
// The middleware `serverSentEvents()` gives every response `sseSetup()` and `sseSend()`. A handler
// may keep sending to its own client, or let it `join` an `Audience`, which costs no task while it
// waits. `Event` is the bytes; `Frame` is an event encoded once for all; a `Pacer` decides when a
// state goes out. A `Shard` is the part of an audience that lives on one loop: `Outgoing` is what
// it is given, a `BroadcastPass` takes that to its subscribers, and a `Subscriber` that is behind
// keeps what it still gets.

/// Gives the responses of the routes after it `sseSetup` and `sseSend`.
///
/// - Parameter retry: how long browsers wait before they connect again. Every connection is told
///   another time in this range, so that a restart is not followed by a stampede.
public func serverSentEvents(
  retry: ClosedRange<Duration> = .seconds(3)...(.seconds(6))
) -> Middleware {
  { request, response, next in
    response.storage[StreamSettings.self] = StreamSettings(
      retry: retry, isPersistent: request.version == .http11)
    try await next()
  }
}

/// What the middleware leaves on a response.
private struct StreamSettings: Sendable {
  let retry: ClosedRange<Duration>
  /// With HTTP/1.0 the end of the connection is the end of the stream.
  let isPersistent: Bool
}

/// Why a response could not be sent events.
public enum ServerSentEventsError: Error, Equatable, CustomStringConvertible {
  case middlewareMissing
  case notSetUp
  /// The response's loop is none of the audience's.
  case otherLoop

  public var description: String {
    switch self {
    case .middlewareMissing:
      "sseSetup() needs app.use(serverSentEvents()) before the route is registered"
    case .notSetUp: "call sseSetup() before sseSend() and before joining an audience"
    case .otherLoop: "the audience is not on the loop of this response"
    }
  }
}

extension Response {
  /// Turns the response into an event stream and sends its head. A second call does nothing.
  ///
  /// - Parameter retry: how long this browser waits before it connects again; default: a random
  ///   time in the middleware's range.
  /// - Throws: `ServerSentEventsError.middlewareMissing` where `serverSentEvents()` was not used
  ///   before the route; `StreamError` where the peer has gone or there is none.
  public func sseSetup(retry: Duration? = nil) throws {
    guard let settings = storage[StreamSettings.self] else {
      throw ServerSentEventsError.middlewareMissing
    }
    if stream != nil { return }
    status = .ok
    // Bare: some proxies know an event stream by this text alone and hold back any other.
    set("Content-Type", MediaType.eventStream.value)
    set("Cache-Control", "no-cache, no-transform")
    if settings.isPersistent { set("Connection", "keep-alive") }
    set("X-Accel-Buffering", "no")
    let stream = try startStream()
    guard stream.isOpen else { return }
    // The comment makes Firefox say "open", and scanners let go, before there is an event. The
    // first event completes the block.
    try stream.enqueue(Event.commentLine + Event.retryLine(retry ?? .random(in: settings.retry)))
  }

  /// Sends one event with the value as JSON, its keys in alphabetical order, and waits until the
  /// socket has taken it.
  ///
  /// - Throws: `StreamError.closed` once the peer has gone; `ServerSentEventsError.notSetUp`;
  ///   `EventError` for an impossible name or id; what the value's encoding throws.
  public func sseSend(
    _ value: some Encodable, event name: String? = nil, id: String? = nil
  ) async throws {
    try await sseSend(Event(json: value, name: name, id: id))
  }

  /// Sends one event as it is, and waits until the socket has taken it.
  /// - Throws: `StreamError.closed` once the peer has gone; `ServerSentEventsError.notSetUp`.
  public func sseSend(_ event: Event) async throws {
    guard let stream else { throw ServerSentEventsError.notSetUp }
    try await stream.write(event.bytes)
  }
}
