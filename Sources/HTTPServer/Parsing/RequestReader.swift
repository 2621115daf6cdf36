/// Makes requests of the bytes that arrive on a connection, one after the other.
///
/// It keeps what has arrived and is not consumed: half a request, or the next ones of a pipeline
/// (RFC 9112, section 9.3.2). It knows neither sockets nor time.
struct RequestReader {
  /// How much of the next request is here.
  enum Progress { case nothing, head, body }

  private struct Partial {
    let head: RequestHead
    var body: BodyReader
  }

  private let limits: RequestLimits
  private let responder: Responder
  private var parser: RequestParser
  private var pending = ByteQueue()
  /// The request whose body is arriving.
  private var partial: Partial?
  /// The client waits for `100 Continue`.
  private var isContinuePending = false
  /// What is known of a request that cannot be read on.
  private var broken: RefusedRequest?

  init(limits: RequestLimits, responder: Responder) {
    self.limits = limits
    self.responder = responder
    parser = RequestParser(limits: limits)
  }

  var progress: Progress {
    if partial != nil { return .body }
    return pending.isEmpty || holdsOnlyLineBreaks ? .nothing : .head
  }

  var pendingCount: Int { pending.count }

  /// The memory that what has arrived takes.
  var heldBytes: Int {
    guard let partial else { return pending.capacity }
    return pending.capacity + partial.head.byteCount + partial.body.body.capacity
  }

  /// Keeps the bytes for later.
  mutating func hold(_ bytes: Span<UInt8>) { pending.append(bytes) }

  /// The next request, if the bytes complete it.
  /// - Throws: what `RequestParser` and `BodyReader` have; nothing can be read from then on.
  mutating func read(_ bytes: Span<UInt8>) throws(HTTPError) -> Request? {
    guard pending.isEmpty else {
      pending.append(bytes)
      return try readPending()
    }
    let (request, consumed) = try parse(bytes)
    if consumed < bytes.count { pending.append(bytes.extracting(droppingFirst: consumed)) }
    return request
  }

  /// The next request, if it is here already. Throws as `read` does.
  mutating func readPending() throws(HTTPError) -> Request? {
    if pending.isEmpty { return nil }
    let queue = pending
    let (request, consumed) = try parse(queue.bytes.span.extracting(droppingFirst: queue.start))
    pending.drop(consumed)
    return request
  }

  /// Whether the client waits for `100 Continue` before it sends the body; true once a request.
  mutating func takePendingContinue() -> Bool {
    defer { isContinuePending = false }
    return isContinuePending
  }

  /// What is known of the request that is under way, or was when an error was thrown.
  func refusal(_ error: HTTPError) -> RefusedRequest {
    if let broken { return broken }
    let queue = pending
    return whatIsKnown(of: queue.bytes.span.extracting(droppingFirst: queue.start), error)
  }

  /// Forgets everything, and frees its memory.
  mutating func clear() { self = RequestReader(limits: limits, responder: responder) }

  // MARK: Details

  private mutating func parse(
    _ bytes: Span<UInt8>
  ) throws(HTTPError) -> (Request?, consumed: Int) {
    do throws(HTTPError) {
      return partial == nil ? try readHead(bytes) : try readBody(bytes)
    } catch {
      broken = whatIsKnown(of: bytes, error)
      throw error
    }
  }

  private mutating func readHead(
    _ bytes: Span<UInt8>
  ) throws(HTTPError) -> (Request?, consumed: Int) {
    guard let (head, count) = try parser.parse(bytes) else { return (nil, 0) }
    if head.framing == .none { return (Request(consume head, body: []), count) }
    // Known only now, and before the body is: a route may take less than the server.
    var limits = limits
    limits.maxBodyBytes = min(limits.maxBodyBytes, responder.maxBodyBytes(for: head))
    partial = Partial(head: head, body: BodyReader(head.framing, limits: limits))
    if case .length(let length) = head.framing, length > limits.maxBodyBytes {
      throw .bodyTooLarge(limits)
    }
    // A client that has sent some of the body does not wait (RFC 9110, section 10.1.1).
    isContinuePending = head.expectsContinue && count == bytes.count
    let (request, bodyCount) = try readBody(bytes.extracting(droppingFirst: count))
    return (request, count + bodyCount)
  }

  private mutating func readBody(
    _ bytes: Span<UInt8>
  ) throws(HTTPError) -> (Request?, consumed: Int) {
    let consumed = try partial?.body.read(bytes) ?? 0
    guard let complete = partial, complete.body.isComplete else { return (nil, consumed) }
    partial = nil
    return (Request(complete.head, body: complete.body.body), consumed)
  }

  private func whatIsKnown(of bytes: Span<UInt8>, _ error: HTTPError) -> RefusedRequest {
    if let partial { return RefusedRequest(error, Request(partial.head, body: [])) }
    return RefusedRequest(error, unparsed: bytes, limits: limits)
  }

  /// Some clients end a body with a CRLF that belongs to nothing (RFC 9112, section 2.2). They have
  /// not begun a request. More than two of them the parser refuses.
  private var holdsOnlyLineBreaks: Bool {
    guard pending.count <= 4 else { return false }
    return pending.bytes[pending.start...].allSatisfy { $0 == .carriageReturn || $0 == .lineFeed }
  }
}
