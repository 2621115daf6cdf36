import EventLoop
import Platform

/// One client's connection.
///
/// It belongs to its worker, on one loop for life, and never waits: each call does what the socket
/// allows and returns the `Step` that the worker takes next. `ConnectionState` decides; here it is
/// carried out. `RequestReader` has what arrived, `Transport` what is to be sent.
final class Connection {
  /// What the worker does next.
  enum Step {
    /// Nothing, until the socket is ready or a deadline has passed.
    case wait
    /// Have the request responded to that waits in `takeRequest` or `takeRefusal`, then call `send`.
    case respond
    /// Forget the connection; it is closed already.
    case close
  }

  /// The number the loop knows the socket by.
  let key: Int32
  let loop: EventLoop
  let buffers: SharedBuffers
  var state: ConnectionState
  /// `nil` exactly when the state is `closed`; who has not asked the state traps.
  var transport: Transport?
  private var reader: RequestReader

  /// Complete, and not yet taken.
  private var request: Request?
  /// The same for what is not a request that is taken here.
  private var refusal: RefusedRequest?
  /// Runs the handler; cancelled when the peer leaves.
  var task: RequestTask?
  /// Counts the open bodies, so that a handler's hold on one is not taken for the next one's.
  var bodyNumber = 0
  /// The handler, while it waits for the socket to take its open body.
  var writer: CheckedContinuation<Void, Never>?
  /// The memory of the request that is responded to.
  private var requestBytes = 0
  /// What the budget knows of.
  private var heldBytes = 0
  private lazy var peer: PeerAddress? = transport?.peerAddress

  init(
    _ socket: consuming Descriptor, _ slot: consuming ConnectionSlot, on loop: EventLoop,
    buffers: SharedBuffers, responder: Responder,
    onReady: @escaping ReadinessHandler
  ) throws(SystemError) {
    key = socket.key
    self.loop = loop
    self.buffers = buffers
    reader = RequestReader(limits: RequestLimits(buffers.limits), responder: responder)
    state = ConnectionState(timeouts: ConnectionState.Timeouts(buffers.limits), now: loop.now)
    transport = try Transport(socket, slot, on: loop, onReady: onReady)
  }

  var isClosed: Bool { state.phase == .closed }
  /// The handler's response will be sent: nothing was yet, and the peer is there.
  var awaitsResponse: Bool { state.awaitsResponse }
  /// Since when nothing was asked; `nil` while something is.
  var idleSince: Instant? { state.idleSince }
  /// Since when the client owes the rest of a request; `nil` while it owes none.
  var incompleteSince: Instant? { state.incompleteSince }

  // MARK: What the worker calls

  /// The socket is ready.
  func ready(_ readiness: Readiness, at now: Instant) -> Step {
    if isClosed { return .close }
    if readiness.contains(.hangUp) { return perform(state.handle(.failed, at: now), at: now) }
    if readiness.contains(.writable) {
      let step = perform(.flush, at: now)
      guard case .wait = step else { return step }
    }
    if readiness.contains(.readable) || readiness.contains(.endOfInput) {
      return perform(.receive, at: now)
    }
    return .wait
  }

  /// The request that is to be responded to, once.
  func takeRequest() -> Request? { request.take() }

  func takeRefusal() -> RefusedRequest? { refusal.take() }

  /// Sends the handler's response, or ends its stream.
  func send(_ response: Response, at now: Instant) -> Step {
    requestBytes = 0
    let action = state.handle(.responded(next: reader.progress), at: now)
    guard action == .send else { return perform(action, at: now) }
    let body = buffers.output.write(response, keepsAlive: state.keepsAlive, at: now)
    let output = buffers.output.bytes
    transport!.send(output.span, then: body, isShared: response.sharesBody)
    return perform(.flush, at: now)
  }

  /// Something has taken too long.
  func isOverdue(at now: Instant) -> Bool { state.isOverdue(at: now) }

  /// Ends what has taken too long.
  func expire(at now: Instant) -> Step { perform(state.handle(.timePassed, at: now), at: now) }

  /// No further request is taken. An idle connection closes now, one that is new when its first
  /// request has not come in time, and others after their response.
  func drain(at now: Instant) -> Step { perform(state.handle(.drain, at: now), at: now) }

  /// Closes it if it waits for its client.
  func reclaim(at now: Instant) -> Step { perform(state.handle(.reclaim, at: now), at: now) }

  /// Ends the connection here and now.
  func close(at now: Instant) -> Step { perform(state.handle(.failed, at: now), at: now) }

  // MARK: Carrying out

  func perform(_ first: ConnectionState.Action, at now: Instant) -> Step {
    var action = first
    while true {
      switch action {
      case .wait:
        guard let next = settle(at: now) else { return .wait }
        action = next
      case .receive: action = receive(at: now)
      case .readNext: action = readPending(at: now)
      case .respond:
        guard let next = account(at: now) else { return .respond }
        action = next
      case .refuse(let reason):
        prepareRefusal(HTTPError(reason))
        action = .respond
      case .send: preconditionFailure("only a handler that has returned has a response")
      case .flush: action = flush(at: now)
      case .endBody(let isChunked):
        endBody(isChunked: isChunked)
        action = .flush
      case .abandonBody(let isChunked):
        task?.cancel()
        endBody(isChunked: isChunked)
        action = .flush
      case .finishSending:
        transport!.finishSending()
        reader.clear()
        action = .wait
      case .close:
        shut()
        return .close
      }
    }
  }

  /// Asks to hear what matters now, and sees to it that the connection keeps to its memory. A
  /// pipeline is read ahead up to a limit; past it the client waits for its responses.
  /// - Returns: what is to be done instead, if that cannot be.
  private func settle(at now: Instant) -> ConnectionState.Action? {
    if isClosed { return .close }
    let reads = !state.hasPeerFinished && reader.pendingCount <= buffers.limits.maxPipelinedBytes
    guard transport!.updateInterest(reads: reads) else { return state.handle(.failed, at: now) }
    return account(at: now)
  }

  /// What any connection may hold in any case is not counted.
  private func account(at now: Instant) -> ConnectionState.Action? {
    let bytes = reader.heldBytes + (transport?.heldBytes ?? 0) + requestBytes
    if bytes <= buffers.limits.maxHeldBytesAlways, heldBytes == 0 { return nil }
    let isGranted = buffers.budget.change(from: heldBytes, to: bytes)
    heldBytes = bytes
    return isGranted ? nil : outOfMemory(at: now)
  }

  /// A request that is whole is refused like one that is under way.
  private func outOfMemory(at now: Instant) -> ConnectionState.Action {
    guard let request = request.take() else { return state.handle(.outOfMemory, at: now) }
    refusal = RefusedRequest(HTTPError(.outOfMemory), request)
    requestBytes = 0
    reader.clear()
    return state.handle(.invalid, at: now)
  }

  /// Forgets everything.
  private func shut() {
    transport.take()?.close()
    release()
    task?.cancel()
  }

  func release() {
    resumeWriter()
    reader.clear()
    request = nil
    _ = buffers.budget.change(from: heldBytes, to: 0)
    heldBytes = 0
  }

  // MARK: Receiving

  private func receive(at now: Instant) -> ConnectionState.Action {
    let count: Int
    do throws(SystemError) {
      guard let arrived = try transport!.receive(into: buffers) else {
        return state.handle(.nothingArrived, at: now)
      }
      count = arrived
    } catch {
      return state.handle(.failed, at: now)
    }
    if count == 0 { return state.handle(.endOfInput, at: now) }
    let input = buffers.input
    let bytes = input.span.extracting(first: count)
    switch state.phase {
    case .receiving: return read(bytes, at: now)
    case .lingering, .closed: break
    // What follows the last request is nobody's.
    default: if state.keepsAlive { reader.hold(bytes) }
    }
    return .wait
  }

  private func read(_ bytes: Span<UInt8>, at now: Instant) -> ConnectionState.Action {
    do throws(HTTPError) {
      return arrived(try reader.read(bytes), at: now)
    } catch {
      return refuse(error, at: now)
    }
  }

  /// Goes on with what has arrived already.
  private func readPending(at now: Instant) -> ConnectionState.Action {
    do throws(HTTPError) {
      return arrived(try reader.readPending(), at: now)
    } catch {
      return refuse(error, at: now)
    }
  }

  private func arrived(_ request: consuming Request?, at now: Instant) -> ConnectionState.Action {
    guard var request else {
      if reader.takePendingContinue() {
        transport!.append([UInt8]("HTTP/1.1 100 Continue\r\n\r\n".utf8))
        let action = flush(at: now)
        guard action == .wait else { return action }
      }
      return state.handle(.incomplete(reader.progress), at: now)
    }
    let keepsAlive = request.head.keepsAlive
    requestBytes = request.byteCount
    request.peer = peer
    self.request = request
    return state.handle(.received(keepsAlive: keepsAlive), at: now)
  }

  private func refuse(_ error: HTTPError, at now: Instant) -> ConnectionState.Action {
    prepareRefusal(error)
    return state.handle(.invalid, at: now)
  }

  /// Keeps what is known of the request that cannot be taken, and reads nothing more.
  private func prepareRefusal(_ error: HTTPError) {
    refusal = reader.refusal(error)
    refusal?.request.peer = peer
    reader.clear()
  }

  // MARK: Sending

  /// Gives the socket what it takes.
  private func flush(at now: Instant) -> ConnectionState.Action {
    let (sent, progressed) = transport!.flush()
    if sent != .full { resumeWriter() }
    return state.handle(.sent(sent, progressed: progressed), at: now)
  }

  func resumeWriter() { writer.take()?.resume() }
}

extension HTTPError {
  fileprivate init(_ refusal: ConnectionState.Refusal) {
    self =
      switch refusal {
      case .timeout:
        HTTPError(.requestTimeout, "The request took too long to arrive. Try again.")
      case .outOfMemory:
        .unavailable("The server is busy. Try again in a few seconds.", retryAfterSeconds: 5)
      }
  }
}
