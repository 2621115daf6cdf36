public import EventLoop

/// The response to one request, which a handler fills in.
///
/// It belongs to the loop its connection lives on. What is set is sent when the handler returns, as
/// one write; a handler that throws first has sent nothing, and the error is responded to instead.
/// `startStream()` is the exception: it sends the head at once and leaves the body open.
public final class Response {
  /// 200 until something else is set.
  public var status: Status = .ok
  /// The header fields. `Content-Length`, `Transfer-Encoding`, `Date` and where the connection ends
  /// are for the server to say; what stands here of the first two is left out.
  public var fields = Fields()
  /// Set by `send`, `json` and `redirect`.
  public internal(set) var body: Body = .none
  /// What the site and `setDefault` set: the fields a reset begins with.
  private var defaultFields = Fields()
  /// What middleware leaves here for later middleware and for extensions of `Response`.
  public var storage = Storage()
  /// Where it is sent; `nil` where no connection is behind the response.
  private let connection: Connection?
  private let isHead: Bool
  let version: Version
  /// Once set, the head is on its way and nothing here is sent any more.
  public private(set) var stream: ResponseStream?

  /// What follows the head. A status that has no body (204, 304), and HEAD, leave it out.
  public enum Body {
    /// Nothing.
    case none
    /// Bytes of this response's own.
    case bytes([UInt8])
    /// Bytes that somebody keeps in any case: they are not counted as this client's.
    case shared(ArraySlice<UInt8>)
  }

  /// A response without a connection, for responding in this process.
  public convenience init() { self.init(default: Fields()) }

  /// - Parameters:
  ///   - connection: where it is sent.
  ///   - isHead: only its fields are.
  ///   - fields: as `setDefault` has them.
  init(
    on connection: Connection? = nil, isHead: Bool = false, version: Version = .http11,
    default fields: Fields
  ) {
    self.connection = connection
    self.isHead = isHead
    self.version = version
    (self.fields, defaultFields) = (fields, fields)
  }

  /// The client hears nothing of what is said here any more.
  var isAbandoned: Bool { connection.map { !$0.awaitsResponse } ?? false }

  // MARK: What a handler says

  /// Sets a header field and returns the response, so that calls can follow each other.
  @discardableResult
  public func set(_ name: FieldName, _ value: FieldValue) -> Response {
    fields.set(name, value)
    return self
  }

  /// Sets header fields that go with whatever is sent in the end, an error included, unless it
  /// sets them itself: for what a site says about all its responses.
  public func setDefault(_ fields: Fields) {
    defaultFields.set(fields)
    self.fields.set(fields)
  }

  /// Sets the status and returns the response, so that calls can follow each other.
  @discardableResult
  public func status(_ status: Status) -> Response {
    self.status = status
    return self
  }

  /// Sets the body to a text in UTF-8.
  public func send(_ text: String, as type: MediaType = .text) {
    send([UInt8](text.utf8), as: type)
  }

  /// Sets the body to these bytes, in place of an earlier one.
  public func send(_ bytes: [UInt8], as type: MediaType) {
    set(type)
    body = .bytes(bytes)
  }

  /// Sets the body to bytes that somebody keeps in any case, such as a file in memory.
  public func send(shared bytes: ArraySlice<UInt8>, as type: MediaType) {
    set(type)
    body = .shared(bytes)
  }

  /// Sets the body to the value as JSON (RFC 8259), its keys in alphabetical order.
  /// - Throws: what the value's encoding throws; then nothing is set.
  public func json(_ value: some Encodable) throws {
    send(try JSON.bytes(value), as: .json)
  }

  /// Sends the client to another place, by default with the method GET (303).
  /// - Throws: `FieldValueError` for a location with a CR, LF or NUL.
  public func redirect(to location: String, _ status: Status = .seeOther) throws {
    self.status = status
    fields.set("Location", try FieldValue(location))
    body = .none
  }

  /// The body, whoever keeps it.
  var bodyBytes: ArraySlice<UInt8> {
    switch body {
    case .none: []
    case .bytes(let bytes): bytes[...]
    case .shared(let bytes): bytes
    }
  }

  /// Whether the body is sent: a status may have none, and HEAD asks for none.
  var hasBody: Bool { !isHead && !status.isBodiless }

  var sharesBody: Bool {
    if case .shared = body { true } else { false }
  }

  /// Forgets what was said so far but for `setDefault`, for an error that is sent instead.
  func reset() {
    status = .ok
    fields = defaultFields
    body = .none
  }

  private func set(_ type: MediaType) { fields.set(.contentType, type.value) }

  // MARK: What extensions build on

  /// The loop this response belongs to; `nil` where no connection is behind it.
  public var loop: EventLoop? { connection?.loop }

  /// The clock of that loop, or the system's.
  var clock: LoopClock { loop?.clock ?? .system }

  /// Sends the head now and leaves the body open. A second call returns the same stream.
  /// - Throws: `StreamError.unavailable` where no connection is behind the response;
  ///   `StreamError.closed` once the peer has gone.
  public func startStream() throws(StreamError) -> ResponseStream {
    if let stream { return stream }
    guard let connection else { throw .unavailable }
    let opened = try connection.startStream(self)
    stream = opened
    return opened
  }
}
