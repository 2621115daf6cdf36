public import EventLoop
public import Platform

/// Why a response could not be, or could no longer be, a stream.
public enum StreamError: Error, Equatable {
  /// The response has no connection behind it: it was made in this process.
  case unavailable
  /// The peer has gone, the stream was finished, or the request was a HEAD.
  case closed
}

/// A response body that stays open: what is written goes out at once.
///
/// It belongs to the loop of its connection. With HTTP/1.1 every write is one chunk (RFC 9112,
/// section 7.1); HTTP/1.0 gets the bare bytes and the end of the connection.
///
/// A client that leaves closes the stream and cancels the handler's task; one that only ends its own
/// side is taken to have left. A handler that throws breaks the body off, and the client sees that.
public final class ResponseStream {
  /// `nil` once the body has ended: the connection may be in the middle of another answer.
  private weak var connection: Connection?
  /// Whether the body is sent in chunks.
  public let isChunked: Bool
  /// The handler, while it waits for the socket.
  private var writer: CheckedContinuation<Void, Never>?
  private var writesInARow = 0

  init(_ connection: Connection?, isChunked: Bool) {
    self.connection = connection
    self.isChunked = isChunked
  }

  public var isOpen: Bool { connection.map { !$0.isBroken } ?? false }

  /// Adds bytes without waiting: they go out with what is written next, or soon by themselves. For
  /// the few bytes that open a stream; `write` is for all others.
  /// - Throws: `StreamError.closed` once the peer has gone.
  public func enqueue(_ bytes: [UInt8]) throws(StreamError) {
    let connection = try openConnection()
    if bytes.isEmpty { return }
    connection.enqueue(isChunked ? Chunk.framed(bytes) : bytes)
  }

  /// Sends the bytes, and waits for as long as the socket is full. One write at a time.
  /// - Throws: `StreamError.closed` once the peer has gone.
  public func write(_ bytes: [UInt8]) async throws(StreamError) {
    precondition(writer == nil, "one write at a time")
    let connection = try openConnection()
    if bytes.isEmpty { return }
    connection.enqueue(isChunked ? Chunk.framed(bytes) : bytes)
    connection.flush()
    if connection.hasUnsent {
      writesInARow = 0
      await withCheckedContinuation { continuation in
        // Asked again in here: an `await` may give up the loop before it waits.
        if connection.hasUnsent { writer = continuation } else { continuation.resume() }
      }
    } else {
      await yieldSometimes()
    }
    _ = try openConnection()
  }

  /// Ends the body. The connection stays for the next request where that is possible.
  public func finish() { connection?.endStream() }

  /// Gives the open body to a new owner on the same loop, which sends without a task.
  /// The response is over for the handler; the request's memory is freed.
  /// - Throws: `StreamError.closed` once the peer has gone.
  public func detach() throws(StreamError) -> DetachedStream {
    guard let detached = try openConnection().detach(isChunked: isChunked) else { throw .closed }
    return detached
  }

  // MARK: Details

  private func openConnection() throws(StreamError) -> Connection {
    guard let connection, !connection.isBroken else { throw .closed }
    return connection
  }

  /// A handler whose client takes everything at once would keep the loop to itself.
  private func yieldSometimes() async {
    writesInARow += 1
    guard writesInARow == Self.maxWritesInARow else { return }
    writesInARow = 0
    await Task.yield()
  }

  private static let maxWritesInARow = 16

  /// Ends the body without a last chunk; for a handler that failed.
  func breakOff() { connection?.breakOffStream() }

  /// The connection has nothing more of it to send.
  func allIsSent() {
    writer?.resume()
    writer = nil
  }

  /// The connection is done with it.
  func close() {
    connection = nil
    allIsSent()
  }
}

/// Chunked transfer coding (RFC 9112, section 7.1).
public enum Chunk {
  /// The bytes as one chunk; an empty one would be the last.
  public static func framed(_ bytes: [UInt8]) -> [UInt8] {
    var chunk = [UInt8]()
    chunk.reserveCapacity(bytes.count + 12)
    chunk.append(contentsOf: String(bytes.count, radix: 16).utf8)
    chunk.append(contentsOf: [13, 10])
    chunk.append(contentsOf: bytes)
    chunk.append(contentsOf: [13, 10])
    return chunk
  }

  /// The last chunk, without trailers.
  public static let last = [UInt8]("0\r\n\r\n".utf8)
}

/// An open response body without a connection around it: a socket and what belongs to it.
/// It closes with its owner.
public struct DetachedStream: ~Copyable, Sendable {
  private let socket: Descriptor
  private let place: ConnectionSlot
  /// The head, and whatever else was not sent yet. It goes first; whoever has sent it empties it.
  public var unsent: [UInt8]
  public let isChunked: Bool

  init(
    _ socket: consuming Descriptor, _ place: consuming ConnectionSlot, unsent: [UInt8],
    isChunked: Bool
  ) {
    self.socket = socket
    self.place = place
    self.unsent = unsent
    self.isChunked = isChunked
  }

  /// The number that a `ReadinessHandler` is told.
  public var key: Int32 { socket.key }

  /// See `Descriptor.send`.
  public func send(_ bytes: UnsafeRawBufferPointer) throws(SystemError) -> Int {
    try socket.send(bytes)
  }

  /// See `Descriptor.limitSendBuffer`.
  public func limitSendBuffer(bytes: Int) { socket.limitSendBuffer(bytes: bytes) }

  /// See `Descriptor.receive`.
  public func receive(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int? {
    try socket.receive(into: buffer)
  }

  public func watch(
    on loop: EventLoop, for interest: Interest, onReady: @escaping ReadinessHandler
  ) throws(SystemError) {
    try loop.watch(socket, for: interest, onReady: onReady)
  }

  public func setInterest(_ interest: Interest, on loop: EventLoop) throws(SystemError) {
    try loop.setInterest(interest, in: socket)
  }

  public func unwatch(on loop: EventLoop) { loop.unwatch(socket) }
}
