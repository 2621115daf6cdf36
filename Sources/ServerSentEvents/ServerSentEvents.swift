public import HTTPServer

// ServerSentEvents: a response that stays open and is sent events, and audiences of them.
//
// The middleware `serverSentEvents()` gives every response `sseSetup()`, `sseSend()` and `sseEnd()`.
// A handler may keep sending to its own client, also all of an `AsyncSequence`, or let it `join` an
// `Audience`, which costs no task while it waits.
//
//   Event          the bytes of one
//   Frame          an event encoded once for all who get it
//   Pacer          decides when a state goes out
//   AudienceState  what an audience keeps inside its lock: topics, pacers, messages and their numbers
//   History        the newest messages, for those who come back; MessageID tells theirs from others
//   Shard          the part of an audience that lives on one loop
//   Outgoing       what a shard is given; a BroadcastPass takes that to its subscribers
//   Seats          what a broadcast has to know of each of them, side by side
//   Subscriber     one stream; one that is behind keeps what it still gets
//
// A message and a state are not the same: of a state the newest value counts, and who is behind
// skips to it; messages come in the order they were sent in, and none is skipped.

/// Gives the responses of the routes after it `sseSetup`, and with that `sseSend`, `sseEnd` and
/// `Audience.join`.
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
  /// The route was registered before `app.use(serverSentEvents())`, or without it.
  case middlewareMissing
  /// `sseSetup` was not called before, or it threw.
  case notSetUp
  /// The response's loop is none of the audience's.
  case otherLoop
  /// One subscriber asks for more topics than `AudienceLimits.maxTopicsPerSubscriber`.
  case tooManyTopics(max: Int)
  /// The name of a topic is longer than `AudienceLimits.maxTopicBytes`.
  case topicTooLong(maxBytes: Int)

  public var description: String {
    switch self {
    case .middlewareMissing:
      "sseSetup() needs app.use(serverSentEvents()) before the route is registered"
    case .notSetUp: "call sseSetup() before sseSend() and before joining an audience"
    case .otherLoop: "the audience is not on the loop of this response"
    case .tooManyTopics(let max): "a subscriber can follow \(max) topics at most"
    case .topicTooLong(let maxBytes): "a topic's name can have \(maxBytes) bytes at most"
    }
  }
}

extension Response {
  /// Turns the response into an event stream (WHATWG HTML, section 9.2) and sends its head: status 200,
  /// and fields that keep proxies from storing, changing and holding it. A second call does nothing.
  ///
  /// From here on nothing else can be answered: what may refuse a request (400, 404) belongs before it.
  /// To be called on the response's loop, as all that follows; a handler runs there.
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
  /// - Parameters:
  ///   - value: an event's data is its JSON (RFC 8259), on one line.
  ///   - name: the event's type; default: `message`.
  ///   - id: what the browser sends back as `Last-Event-ID`; default: none of its own.
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

  /// Sends every event of a sequence, each as the socket takes it: what the client cannot take yet
  /// waits in the sequence, whose own buffering says what becomes of it (`AsyncStream` can keep
  /// all, the newest or the oldest). Returns when the sequence ends; the stream stays open.
  ///
  /// When the client leaves, the handler's task is cancelled, which ends most sequences.
  /// - Throws: as `sseSend(_:)` does, and what the sequence throws.
  public func sseSend<Events: AsyncSequence>(_ events: Events) async throws
  where Events.Element == Event {
    for try await event in events { try await sseSend(event) }
  }

  /// The same of values, as JSON.
  /// - Throws: as `sseSend(_:event:id:)` does, and what the sequence throws.
  public func sseSend<Values: AsyncSequence>(
    _ values: Values, event name: String? = nil
  ) async throws where Values.Element: Encodable {
    for try await value in values { try await sseSend(value, event: name) }
  }

  /// Ends the stream: what is sent later throws. The browser comes back, but for one whose page has
  /// closed its `EventSource`. (A status 204 to its next request would stop it too.)
  ///
  /// - Parameters:
  ///   - last: a last event, such as one that tells the page to close its `EventSource`.
  ///   - retry: how long the browser waits before it comes back; default: what it was told first.
  /// - Throws: `StreamError.closed` where the peer has gone; `ServerSentEventsError.notSetUp`.
  public func sseEnd(_ last: Event? = nil, retry: Duration? = nil) async throws {
    guard let stream else { throw ServerSentEventsError.notSetUp }
    try await stream.write((retry.map(Event.retryLine) ?? []) + (last?.bytes ?? []))
    stream.finish()
  }
}
