import EventLoop

/// One client's connection: what has arrived, what is to be sent, and where in a request it is.
///
/// It belongs to its worker, on one loop for life, and never waits: each call does what the socket
/// allows and returns the `Step` that the worker takes next.
final class Connection {
  /// What the worker does next.
  enum Step {
    /// Nothing, until the socket is ready or the deadline has passed.
    case wait
    /// Have the request answered, then call `send`.
    case respond(Request)
    /// Forget the connection, which closes it.
    case close
  }

  private enum Phase {
    /// Waiting for a request, or in the middle of its head.
    case head
    case body(RequestHead, BodyReader)
    case responding
    /// A handler holds the body open.
    case streaming
    /// The response is on its way out.
    case sending
    /// An error was answered and the write side is shut; what still arrives is thrown away, because
    /// closing on unread bytes would reset the connection under the answer.
    case lingering
    case closed
  }

  private var socket: Descriptor?
  private var place: ConnectionPlace?
  /// The number the loop knows the socket by.
  let key: Int32
  let loop: EventLoop
  private let workspace: Workspace
  private let limits: Limits

  private var phase = Phase.head
  private var parser: RequestParser
  /// Arrived and not consumed: half a request, or the next ones of a pipeline.
  private var pending = ByteQueue()
  private var unsent = ByteQueue()
  private var file: FileBody?
  /// When the present phase has taken too long; the worker looks at it.
  private(set) var deadline: ContinuousClock.Instant?
  private var hasPeerFinished = false
  /// Sending failed: the connection is closed as soon as the worker hears of it.
  private var isBroken = false
  private var isInterestedInWriting = false
  /// The handler has not waited yet: what it queues goes out together.
  var isCorked = false
  private var keepsAlive = true
  /// The server is stopping: the present response is the last.
  private var isDraining = false
  /// Runs the handler; cancelled when the peer leaves.
  var task: Task<Void, Never>?
  private var sent: CheckedContinuation<Void, Never>?

  init(
    _ socket: consuming Descriptor, _ place: consuming ConnectionPlace, on loop: EventLoop,
    workspace: Workspace, limits: Limits, owner: any DescriptorOwner
  ) throws(SystemError) {
    key = socket.key
    self.loop = loop
    self.workspace = workspace
    self.limits = limits
    parser = RequestParser(limits: limits)
    deadline = .now + limits.headTime
    self.place = consume place
    try loop.watch(socket, for: .readable, owner: owner)
    self.socket = consume socket
  }

  var isStreaming: Bool { if case .streaming = phase { !isBroken } else { false } }
  var isResponding: Bool { if case .responding = phase { true } else { isStreaming } }
  private var isClosed: Bool { if case .closed = phase { true } else { false } }
  /// Between two requests, with nothing of the next one here.
  var isIdle: Bool { if case .head = phase { pending.isEmpty } else { false } }

  // MARK: What the worker calls

  /// The socket is ready.
  func ready(_ readiness: Readiness) -> Step {
    if readiness.contains(.gone) { return leave() }
    if readiness.contains(.writable), case .close = flushStep() { return leave() }
    if readiness.contains(.readable) || readiness.contains(.peerFinished) { return receive() }
    return resume()
  }

  /// Goes on with what has arrived already, after a response.
  func resume() -> Step {
    guard !pending.isEmpty else { return hasPeerFinished && isIdle ? leave() : .wait }
    let queue = pending
    let (consumed, step) = feed(queue.bytes.span.extracting(droppingFirst: queue.start))
    pending.drop(consumed)
    return step
  }

  /// The deadline has passed.
  func expire() -> Step {
    switch phase {
    case .head where pending.isEmpty: return leave()
    case .head, .body:
      return refuse(HTTPError(.requestTimeout, "The request took too long to arrive. Try again."))
    case .responding where unsent.isEmpty:
      deadline = nil
      return .wait
    case .streaming where unsent.isEmpty:
      deadline = nil
      return .wait
    case .responding, .streaming, .sending, .lingering, .closed: return leave()
    }
  }

  /// No further request is taken. An idle connection closes now, others after their response.
  func drain() -> Step {
    isDraining = true
    return isIdle ? leave() : .wait
  }

  // MARK: Receiving

  private func receive() -> Step {
    if case .lingering = phase { return discard() }
    do throws(SystemError) {
      guard let count = try receiveOnce() else { return .wait }
      if count == 0 { return peerFinished() }
      let input = workspace.input
      let bytes = input.span.extracting(0..<count)
      guard pending.isEmpty, case .head = phase else {
        pending.append(bytes)
        return isResponding || isSending ? hold() : resume()
      }
      let (consumed, step) = feed(bytes)
      if consumed < count { pending.append(bytes.extracting(droppingFirst: consumed)) }
      return step
    } catch {
      return leave()
    }
  }

  private var isSending: Bool { if case .sending = phase { true } else { false } }

  private func receiveOnce() throws(SystemError) -> Int? {
    var failure: SystemError?
    let count = workspace.input.withUnsafeMutableBytes { buffer -> Int? in
      do throws(SystemError) {
        return try socket?.receive(into: buffer) ?? nil
      } catch {
        failure = error
        return nil
      }
    }
    if let failure { throw failure }
    return count
  }

  /// A pipeline is read ahead up to a limit; past it the client waits for its answers.
  private func hold() -> Step {
    if pending.count > limits.pipelinedBytesMax { listen([]) }
    return .wait
  }

  /// The peer sends nothing more. It may still want its answer, unless that is a stream.
  private func peerFinished() -> Step {
    hasPeerFinished = true
    listen([])
    switch phase {
    case .responding, .sending: return .wait
    case .head, .body, .streaming, .lingering, .closed: return leave()
    }
  }

  /// Consumes what belongs to the present request.
  private func feed(_ bytes: borrowing Span<UInt8>) -> (consumed: Int, Step) {
    var consumed = 0
    do throws(HTTPError) {
      while true {
        let rest = bytes.extracting(droppingFirst: consumed)
        switch phase {
        case .head:
          if isIdle { deadline = .now + limits.headTime }
          guard let (head, count) = try parser.parse(rest) else { return (consumed, .wait) }
          consumed += count
          parser = RequestParser(limits: limits)
          keepsAlive = head.keepsAlive
          if case .none = head.framing { return (consumed, respond(to: head, body: [])) }
          phase = .body(head, BodyReader(head.framing, limits: limits))
          deadline = .now + limits.bodyTime
          if head.expectsContinue, consumed == bytes.count { sayContinue() }
        case .body(let head, var reader):
          phase = .head
          consumed += try reader.read(rest)
          if reader.isComplete { return (consumed, respond(to: head, body: reader.body)) }
          phase = .body(head, reader)
          return (consumed, .wait)
        case .responding, .streaming, .sending, .lingering, .closed:
          return (consumed, .wait)
        }
      }
    } catch {
      return (bytes.count, refuse(error))
    }
  }

  private func respond(to head: RequestHead, body: [UInt8]) -> Step {
    phase = .responding
    deadline = nil
    return .respond(Request(head, body: body))
  }

  private func sayContinue() {
    append([UInt8]("HTTP/1.1 100 Continue\r\n\r\n".utf8))
    flush()
  }

  // MARK: Responding

  /// Sends the handler's response, or ends its stream.
  func send(_ response: Response, to request: Request) -> Step {
    if isClosed { return .close }
    if response.stream != nil {
      finishStream()
    } else {
      let isLast = !keepsAlive || isDraining || hasPeerFinished && pending.isEmpty
      keepsAlive = !isLast
      write(response, to: request)
      phase = .sending
    }
    return flushStep()
  }

  private func write(_ response: Response, to request: Request) {
    let hasBody = request.method != .head && !response.status.isBodiless
    workspace.writeHead(
      of: response, framing: .length(response.bodyCount), version: request.version,
      keepsAlive: keepsAlive)
    if hasBody, case .bytes(let bytes) = response.body {
      workspace.output.append(contentsOf: bytes)
    }
    if hasBody, case .file(let body) = response.body { file = body }
    sendOutput()
  }

  /// Sends the workspace's output; keeps what the socket does not take.
  private func sendOutput() {
    let output = workspace.output
    let bytes = output.span
    let count = unsent.isEmpty ? trySend(bytes) : 0
    if count < bytes.count { unsent.append(bytes.extracting(droppingFirst: count)) }
  }

  /// How many of the bytes the socket took; a peer that has gone takes all of them, unread.
  private func trySend(_ bytes: borrowing Span<UInt8>) -> Int {
    do throws(SystemError) {
      var failure: SystemError?
      let count = bytes.withUnsafeBytes { buffer -> Int in
        do throws(SystemError) {
          return try socket?.send(buffer) ?? buffer.count
        } catch {
          failure = error
          return 0
        }
      }
      if let failure { throw failure }
      return count
    } catch {
      isBroken = true
      return bytes.count
    }
  }

  /// Answers a request that cannot be understood, and closes.
  private func refuse(_ error: HTTPError) -> Step {
    let response = Response()
    response.status = error.status
    response.fields = error.fields
    // A dictionary of strings always encodes.
    try! response.json(["error": error.message])
    keepsAlive = false
    workspace.writeHead(
      of: response, framing: .length(response.bodyCount), version: .http11, keepsAlive: false)
    if case .bytes(let bytes) = response.body { workspace.output.append(contentsOf: bytes) }
    sendOutput()
    phase = .sending
    return flushStep()
  }

  /// Sends what is left. Afterwards the connection is ready for the next request, or ends.
  private func flushStep() -> Step {
    flush()
    if isBroken { return leave() }
    guard unsent.isEmpty, file == nil else { return .wait }
    guard isSending else { return .wait }
    if keepsAlive {
      phase = .head
      deadline = .now + limits.idleTime
      if hasPeerFinished { return pending.isEmpty ? leave() : resume() }
      listen(.readable)
      return resume()
    }
    return linger()
  }

  private func linger() -> Step {
    socket?.finishSending()
    if hasPeerFinished { return leave() }
    phase = .lingering
    deadline = .now + limits.lingerTime
    listen(.readable)
    return discard()
  }

  private func discard() -> Step {
    do throws(SystemError) {
      // One piece a turn: a peer that never stops is ended by the deadline.
      guard let count = try receiveOnce() else { return .wait }
      return count == 0 ? leave() : .wait
    } catch {
      return leave()
    }
  }

  // MARK: Sending

  func append(_ bytes: [UInt8]) { unsent.append(bytes.span) }

  func flushUnlessCorked() { if !isCorked { flush() } }

  /// Gives the socket what it takes, and asks to hear when it takes more.
  func flush() {
    let before = unsent.count
    repeat {
      if unsent.isEmpty { refill() }
      if unsent.isEmpty { break }
      let queue = unsent
      unsent.drop(trySend(queue.bytes.span.extracting(droppingFirst: queue.start)))
    } while unsent.isEmpty && file != nil && !isBroken
    if unsent.isEmpty {
      resumeWriter()
      if isInterestedInWriting { listen(hasPeerFinished ? [] : .readable) }
    } else {
      if unsent.count != before { deadline = .now + limits.writeTime }
      listen(hasPeerFinished ? .writable : [.readable, .writable])
    }
  }

  private func listen(_ interest: Interest) {
    guard !isClosed, socket != nil else { return }
    isInterestedInWriting = interest.contains(.writable)
    do throws(SystemError) {
      try socket?.setInterest(interest, on: loop)
    } catch {
      isBroken = true
    }
  }

  /// The next piece of a file that is the body.
  private func refill() {
    guard let file else { return }
    do throws(SystemError) {
      let piece = try file.read(upTo: 64 * 1024)
      // A file that shrank after its length was sent cannot be completed: the client must see that.
      if piece.isEmpty, file.count > 0 { isBroken = true }
      unsent.append(piece.span)
    } catch {
      isBroken = true
    }
    if file.count == 0 || isBroken { self.file = nil }
  }

  // MARK: Streaming

  /// Queues the head of a response whose body stays open.
  func startStream(_ response: Response, to request: Request) throws(StreamError)
    -> ResponseStream
  {
    guard case .responding = phase else { throw .closed }
    let isChunked = request.version == .http11
    if !isChunked { keepsAlive = false }
    workspace.writeHead(
      of: response, framing: isChunked ? .chunked : .untilClose, version: request.version,
      keepsAlive: true)
    append(workspace.output)
    phase = request.method == .head ? .sending : .streaming
    flushUnlessCorked()
    return ResponseStream(self, isChunked: isChunked)
  }

  func finishStream() {
    guard isStreaming else { return }
    if keepsAlive { append(Chunk.last) }
    if isDraining || hasPeerFinished { keepsAlive = false }
    phase = .sending
  }

  func waitUntilSent() async {
    guard !unsent.isEmpty, !isClosed, !isBroken else { return }
    await withCheckedContinuation { sent = $0 }
  }

  private func resumeWriter() {
    sent?.resume()
    sent = nil
  }

  /// Gives up the socket, with what was not sent yet.
  func detach(isChunked: Bool) -> DetachedStream? {
    guard isStreaming, !isBroken, let socket = socket.take(), let place = place.take() else {
      return nil
    }
    loop.unwatch(socket)
    phase = .closed
    return DetachedStream(socket, place, unsent: unsent.takeAll(), isChunked: isChunked)
  }

  // MARK: Leaving

  /// Ends the connection here and now.
  func leave() -> Step {
    if let socket = socket.take() { loop.unwatch(socket) }
    _ = place.take()
    phase = .closed
    task?.cancel()
    resumeWriter()
    return .close
  }
}
