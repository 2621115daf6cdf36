import EventLoop

// The open body of a response: a handler holds on to it with a `ResponseStream`; the connection alone
// keeps it.
extension Connection {
  /// Queues the head of a response whose body stays open.
  func startStream(_ response: Response) throws(StreamError) -> ResponseStream {
    guard state.awaitsResponse else { throw .closed }
    let now = loop.now
    let hasBody = response.hasBody
    let isChunked = response.version == .http11
    _ = state.handle(.streamStarted(hasBody: hasBody, isChunked: isChunked), at: now)
    buffers.output.writeHead(
      of: response, framing: isChunked ? .chunked : .untilClose, keepsAlive: state.keepsAlive,
      at: now)
    let head = buffers.output.bytes
    transport!.append(head.span)
    bodyNumber += 1
    if state.hasPeerFinished, hasBody {
      // The client has its response, without an event; the worker hears of the rest when the
      // handler returns.
      _ = perform(state.handle(.endOfInput, at: now), at: now)
      throw .closed
    }
    _ = perform(.wait, at: now)
    return ResponseStream(connection: self, number: bodyNumber, isChunked: isChunked)
  }

  /// Whether the body of that number is open and can be sent.
  func hasOpenBody(_ number: Int) -> Bool {
    guard case .streaming = state.phase, number == bodyNumber else { return false }
    return transport?.isBroken == false
  }

  var hasUnsent: Bool { transport?.hasUnsent ?? false }

  /// Adds bytes of the open body. They leave with the next flush, in the next turn at the latest.
  func enqueue(_ bytes: [UInt8]) {
    transport!.append(bytes)
    _ = perform(.wait, at: loop.now)
  }

  /// Sends bytes of the open body, as far as the socket takes them.
  func write(_ bytes: [UInt8]) {
    transport!.append(bytes)
    _ = perform(.flush, at: loop.now)
  }

  /// Waits until the socket has taken the open body so far, or takes nothing more.
  func waitUntilSent() async {
    precondition(writer == nil, "one write at a time")
    await withCheckedContinuation { continuation in
      // Asked again in here: an `await` may give up the loop before it waits.
      if hasUnsent { writer = continuation } else { continuation.resume() }
    }
  }

  /// Ends the open body as complete.
  func endStream() {
    guard case .streaming(let isChunked) = state.phase else { return }
    endBody(isChunked: isChunked)
    _ = perform(state.handle(.streamEnded, at: loop.now), at: loop.now)
  }

  /// Ends the open body where it is: the connection closes without a last chunk, which tells the
  /// client that something is missing (RFC 9112, section 8).
  func abortStream() {
    resumeWriter()
    _ = state.handle(.streamAborted, at: loop.now)
  }

  func endBody(isChunked: Bool) {
    if isChunked { transport!.append(Chunk.last) }
    resumeWriter()
  }

  /// Gives up the socket, with what was not sent yet.
  func detach() -> DetachedStream? {
    guard case .streaming(let isChunked) = state.phase else { return nil }
    _ = state.handle(.detached, at: loop.now)
    let detached = transport.take()?.detach(isChunked: isChunked)
    release()
    return detached
  }
}
