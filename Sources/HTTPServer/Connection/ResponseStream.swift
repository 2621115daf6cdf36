import EventLoop

/// Why a response could not be, or could no longer be, a stream.
public enum StreamError: Error, Equatable {
  /// The response has no connection behind it: it was made in this process.
  case unavailable
  /// The peer has gone, the stream was finished, or the request was a HEAD.
  case closed
}

/// A handler's hold on a response body that stays open: what is written goes out at once.
///
/// It belongs to the loop of its connection. With HTTP/1.1 every write is one chunk (RFC 9112,
/// section 7.1); HTTP/1.0 gets the bare bytes and the end of the connection.
///
/// A client that leaves closes the stream and cancels the handler's task. One that only ends its
/// own side is taken to have left, and gets a last chunk. A handler that throws breaks the body
/// off, and the client sees that.
public final class ResponseStream {
  private let connection: Connection
  /// Of the body, among those of the connection: it may be in the middle of another response.
  private let number: Int
  /// Whether the body is sent in chunks.
  public let isChunked: Bool
  private var writesInARow = 0

  init(connection: Connection, number: Int, isChunked: Bool) {
    self.connection = connection
    self.number = number
    self.isChunked = isChunked
  }

  /// Whether more can be written: the peer is there, and nobody has finished or detached the
  /// stream.
  public var isOpen: Bool { connection.hasOpenBody(number) }

  /// Adds bytes without waiting: they go out with what is written next, or soon by themselves. For
  /// the few bytes that open a stream; `write` is for all others.
  /// - Throws: `StreamError.closed` once the peer has gone.
  public func enqueue(_ bytes: [UInt8]) throws(StreamError) {
    if !isOpen { throw .closed }
    if !bytes.isEmpty { connection.enqueue(framed(bytes)) }
  }

  /// Sends the bytes, and waits for as long as the socket is full. One write at a time.
  /// - Throws: `StreamError.closed` once the peer has gone.
  public func write(_ bytes: [UInt8]) async throws(StreamError) {
    if !isOpen { throw .closed }
    if bytes.isEmpty { return }
    connection.write(framed(bytes))
    if connection.hasUnsent {
      writesInARow = 0
      await connection.waitUntilSent()
    } else {
      await yieldSometimes()
    }
    if !isOpen { throw .closed }
  }

  /// Ends the body. The connection stays for the next request where that is possible.
  public func finish() {
    if isOpen { connection.endStream() }
  }

  /// Gives the open body to a new owner on the same loop, which sends without a task.
  /// The response is over for the handler; the request's memory is freed.
  /// - Throws: `StreamError.closed` once the peer has gone.
  public func detach() throws(StreamError) -> DetachedStream {
    guard isOpen, let detached = connection.detach() else { throw .closed }
    return detached
  }

  /// Ends the body without a last chunk; for a handler that failed.
  func abort() {
    if isOpen { connection.abortStream() }
  }

  // MARK: Details

  private func framed(_ bytes: [UInt8]) -> [UInt8] { isChunked ? Chunk.framed(bytes) : bytes }

  /// A handler whose client takes everything at once would keep the loop to itself.
  private func yieldSometimes() async {
    writesInARow += 1
    guard writesInARow == Self.maxWritesInARow else { return }
    writesInARow = 0
    await Task.yield()
  }

  private static let maxWritesInARow = 16
}
