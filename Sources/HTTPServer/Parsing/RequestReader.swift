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

  private let limits: Limits
  private var parser: RequestParser
  private var pending = ByteQueue()
  /// The request whose body is arriving.
  private var partial: Partial?
  private var owesContinue = false

  init(limits: Limits) {
    self.limits = limits
    parser = RequestParser(limits: limits)
  }

  var progress: Progress {
    if partial != nil { return .body }
    return pending.isEmpty || holdsOnlyLineBreaks ? .nothing : .head
  }

  var pendingCount: Int { pending.count }

  /// Keeps the bytes for later.
  mutating func hold(_ bytes: borrowing Span<UInt8>) { pending.append(bytes) }

  /// The next request, if the bytes complete it.
  /// - Throws: what `RequestParser` and `BodyReader` have; nothing can be read from then on.
  mutating func read(_ bytes: borrowing Span<UInt8>) throws(HTTPError) -> Request? {
    guard pending.isEmpty else {
      pending.append(bytes)
      return try readPending()
    }
    do throws(HTTPError) {
      let (request, consumed) = try parse(bytes)
      if consumed < bytes.count { pending.append(bytes.extracting(droppingFirst: consumed)) }
      return request
    } catch {
      // Nobody reads on, but who is refused should understand it.
      pending.append(bytes)
      throw error
    }
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
  mutating func takeOwedContinue() -> Bool {
    defer { owesContinue = false }
    return owesContinue
  }

  /// Forgets everything, and frees its memory.
  mutating func clear() { self = RequestReader(limits: limits) }

  /// What is known of the request that is arriving, for who refuses it.
  var refusedRequest: RefusedRequest {
    if let head = partial?.head {
      let path = head.target.utf8.prefix { $0 != UInt8(ascii: "?") }
      let accept = head.fields[.accept] ?? ""
      return RefusedRequest(
        encodedPath: String(Substring(path)), asksForPage: accept.contains("text/html"))
    }
    return RefusedRequest(unparsed: pending.bytes[pending.start...])
  }

  // MARK: Details

  private mutating func parse(
    _ bytes: borrowing Span<UInt8>
  ) throws(HTTPError) -> (Request?, consumed: Int) {
    if partial != nil { return try readBody(bytes) }
    guard let (head, count) = try parser.parse(bytes) else { return (nil, 0) }
    if head.framing == .none { return (Request(consume head, body: []), count) }
    partial = Partial(head: head, body: BodyReader(head.framing, limits: limits))
    // A client that has sent some of the body does not wait (RFC 9110, section 10.1.1).
    owesContinue = head.expectsContinue && count == bytes.count
    let (request, bodyCount) = try readBody(bytes.extracting(droppingFirst: count))
    return (request, count + bodyCount)
  }

  private mutating func readBody(
    _ bytes: borrowing Span<UInt8>
  ) throws(HTTPError) -> (Request?, consumed: Int) {
    let consumed = try partial?.body.read(bytes) ?? 0
    guard let complete = partial, complete.body.isComplete else { return (nil, consumed) }
    partial = nil
    return (Request(complete.head, body: complete.body.body), consumed)
  }

  /// Some clients end a body with a CRLF that belongs to nothing (RFC 9112, section 2.2). They have
  /// not begun a request. More than two of them the parser refuses.
  private var holdsOnlyLineBreaks: Bool {
    guard pending.count <= 4 else { return false }
    return pending.bytes[pending.start...].allSatisfy { $0 == .carriageReturn || $0 == .lineFeed }
  }
}
