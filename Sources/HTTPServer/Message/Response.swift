public import EventLoop
public import Platform

/// The answer to one request, which a handler fills in.
///
/// It belongs to the loop its connection lives on. What is set is sent when the handler returns,
/// as one write; a handler that throws first has sent nothing, and the error is answered instead.
/// `stream()` is the exception: it sends the head at once and leaves the body open.
public final class Response {
  public var status: Status = .ok
  public var fields = Fields()
  public internal(set) var body: Body = .none
  /// What the site and `setDefault` set: the fields a reset begins with.
  private var defaultFields = Fields()
  /// What middleware leaves here for later middleware and for extensions of `Response`.
  public var storage = Storage()
  /// `nil` where no connection is behind the response.
  private let exchange: (connection: Connection, method: Method, version: Version)?
  /// Once set, the head is on its way and nothing here is sent any more.
  public private(set) var stream: ResponseStream?

  public enum Body {
    case none
    case bytes([UInt8])
    case file(FileBody)
  }

  /// A response without a connection, for answering in this process.
  public init() { exchange = nil }

  /// - Parameter fields: as `setDefault` has them.
  init(always fields: Fields) {
    exchange = nil
    (self.fields, defaultFields) = (fields, fields)
  }

  init(on connection: Connection, to method: Method, _ version: Version, always fields: Fields) {
    exchange = (connection, method, version)
    (self.fields, defaultFields) = (fields, fields)
  }

  /// The peer left before it was answered.
  var isAbandoned: Bool { exchange?.connection.isClosed ?? false }

  /// The answer to a request that nobody could hand to a handler.
  convenience init(refusing error: HTTPError) {
    self.init()
    status = error.status
    fields = error.fields
    refuse(error)
  }

  /// Says in JSON what was wrong.
  func refuse(_ error: HTTPError) {
    // A dictionary of strings always encodes.
    try! json(["error": error.message])
  }

  // MARK: What a handler says

  /// Sets a header field and returns the response, so that calls can follow each other.
  @discardableResult
  public func set(_ name: FieldName, _ value: FieldValue) -> Response {
    fields.set(name, value)
    return self
  }

  /// Sets header fields that go with whatever is answered in the end, an error included, unless it
  /// sets them itself: for what a site says about all its answers.
  public func setDefault(_ fields: Fields) {
    defaultFields.set(fields)
    self.fields.set(fields)
  }

  @discardableResult
  public func status(_ status: Status) -> Response {
    self.status = status
    return self
  }

  public func send(_ text: String, as type: MediaType = .text) {
    send([UInt8](text.utf8), as: type)
  }

  public func send(_ bytes: [UInt8], as type: MediaType) {
    set(type)
    body = .bytes(bytes)
  }

  public func send(_ file: consuming FileBody, as type: MediaType) {
    set(type)
    body = .file(file)
  }

  /// Sends the value as JSON, its keys in alphabetical order.
  public func json(_ value: some Encodable) throws {
    send(try JSON.bytes(value), as: .json)
  }

  /// Sends the client to another place, by default with the method GET (303).
  public func redirect(to location: String, _ status: Status = .seeOther) throws {
    self.status = status
    fields.set("Location", try FieldValue(location))
    body = .none
  }

  /// How many bytes the body has.
  var bodyCount: Int {
    switch body {
    case .none: 0
    case .bytes(let bytes): bytes.count
    case .file(let file): file.count
    }
  }

  /// Forgets what was said so far but for `setDefault`, for an error that is answered instead.
  func reset() {
    status = .ok
    fields = defaultFields
    body = .none
  }

  private func set(_ type: MediaType) { fields.set(.contentType, type.value) }

  // MARK: What extensions build on

  /// The loop this response belongs to; `nil` where no connection is behind it.
  public var loop: EventLoop? { exchange?.connection.loop }

  /// Sends the head now and leaves the body open. A second call returns the same stream.
  /// - Throws: `StreamError.unavailable` where no connection is behind the response;
  ///   `StreamError.closed` once the peer has gone.
  public func startStream() throws(StreamError) -> ResponseStream {
    if let stream { return stream }
    guard let (connection, method, version) = exchange else { throw .unavailable }
    let opened = try connection.startStream(self, to: method, version)
    stream = opened
    return opened
  }
}

/// A part of a file as a response's body: read piece by piece while it is sent.
public final class FileBody {
  let file: Descriptor
  private(set) var offset: Int
  let end: Int

  /// - Parameter range: in bytes from the start of the file, within its size.
  public init(_ file: consuming Descriptor, range: Range<Int>) {
    self.file = file
    offset = range.lowerBound
    end = range.upperBound
  }

  var count: Int { end - offset }

  /// As much of a file as is in memory for one client.
  static let pieceBytesMax = 64 * 1024

  /// The next piece, at most `bytesMax` long; empty at the end, and where the file has shrunk.
  func read(upTo bytesMax: Int) throws(SystemError) -> [UInt8] {
    let piece = try file.read(upTo: min(bytesMax, count), at: offset)
    offset += piece.count
    return piece
  }
}
