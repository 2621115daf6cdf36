import EventLoop
import Platform

/// One client's connection: where in a request it is, and what must happen by when.
///
/// It belongs to its worker, on one loop for life, and never waits: each call does what the socket
/// allows and returns the `Step` that the worker takes next. `RequestReader` has what arrived,
/// `Transport` what is to be sent; `ResponseStream` is a handler's hold on an open body.
final class Connection {
  /// What the worker does next.
  enum Step {
    /// Nothing, until the socket is ready or a deadline has passed.
    case wait
    /// Have the request answered that waits in `takeRequest`, then call `send`.
    case respond
    /// Forget the connection; it is closed already.
    case close
  }

  private enum Phase: Equatable {
    case receiving(RequestReader.Progress)
    /// The handler runs. It may have sent a part of its answer.
    case responding
    /// The answer is complete and on its way out.
    case sending
    /// The last answer was sent and the write side is shut; what still arrives is thrown away,
    /// because closing on unread bytes would reset the connection under the answer.
    case lingering
    case closed
  }

  /// The number the loop knows the socket by.
  let key: Int32
  let loop: EventLoop
  private let limits: Limits
  private let workspace: SharedBuffers
  private let refusal: (HTTPError, RefusedRequest) -> Response

  /// `nil` once the connection is closed.
  private var transport: Transport?
  private var reader: RequestReader
  private var phase = Phase.receiving(.nothing)
  /// When the phase has taken too long; what is to be sent has a deadline of its own.
  private var phaseDeadline: Instant?
  private var hasPeerFinished = false
  private var keepsAlive = true
  /// Nothing was asked here yet.
  private var isNew = true
  /// The server is stopping: the present answer is the last.
  private var isDraining = false

  /// Complete, and not yet taken.
  private var request: Request?
  /// Runs the handler; cancelled when the peer leaves.
  var task: RequestTask?
  /// The open body of the answer that is being made.
  private var stream: ResponseStream?

  init(
    _ socket: consuming Descriptor, _ place: consuming ConnectionSlot, on loop: EventLoop,
    workspace: SharedBuffers, limits: Limits,
    refusal: @escaping (HTTPError, RefusedRequest) -> Response,
    onReady: @escaping ReadinessHandler
  ) throws(SystemError) {
    key = socket.key
    self.loop = loop
    self.limits = limits
    self.workspace = workspace
    self.refusal = refusal
    reader = RequestReader(limits: limits)
    phaseDeadline = .now + limits.headTimeout
    transport = try Transport(
      socket, place, on: loop, writeTimeout: limits.writeTimeout, onReady: onReady)
  }

  /// It has ended, or its socket has a new owner.
  var isClosed: Bool { phase == .closed }
  var hasUnsent: Bool { transport?.hasUnsent ?? false }
  /// Sending failed: the connection closes with the next step.
  var isBroken: Bool { transport?.isBroken ?? true }

  // MARK: What the worker calls

  /// The socket is ready.
  func ready(_ readiness: Readiness) -> Step {
    if readiness.contains(.gone) { return leave() }
    if readiness.contains(.writable) {
      let step = goOn()
      guard case .wait = step else { return step }
    }
    if readiness.contains(.readable) || readiness.contains(.peerFinished) { return receive() }
    return .wait
  }

  /// The request that is to be answered, once.
  func takeRequest() -> Request? { request.take() }

  /// Sends the handler's response, or ends its stream.
  func send(_ response: Response, to method: Method, _ version: Version) -> Step {
    if isClosed { return .close }
    if response.stream != nil {
      endStream()
    } else {
      if isDraining || hasPeerFinished && reader.progress == .nothing { keepsAlive = false }
      let hasBody = method != .head && !response.status.isBodiless
      write(response, hasBody: hasBody, version: version)
    }
    phase = .sending
    return goOn()
  }

  /// Ends what has taken too long.
  func expire(at now: Instant) -> Step {
    if let deadline = transport?.deadline, deadline <= now { return leave() }
    guard let deadline = phaseDeadline, deadline <= now else { return .wait }
    switch phase {
    case .receiving(.head), .receiving(.body):
      return refuse(HTTPError(.requestTimeout, "The request took too long to arrive. Try again."))
    case .receiving(.nothing), .responding, .sending, .lingering, .closed: return leave()
    }
  }

  /// No further request is taken. An idle connection closes now, one that is new when its first
  /// request has not come in time, and others after their answer.
  func drain() -> Step {
    isDraining = true
    guard phase == .receiving(.nothing) else { return .wait }
    // A request that waits in the socket is in flight like any other.
    let step = receive()
    guard case .wait = step, phase == .receiving(.nothing) else { return step }
    guard isNew else { return leave() }
    enter(phase, for: limits.drainFirstRequestTimeout)
    return .wait
  }

  /// Ends the connection here and now.
  func leave() -> Step {
    giveUp()?.close()
    task?.cancel()
    return .close
  }

  /// Forgets everything; the transport goes to the caller.
  private func giveUp() -> Transport? {
    enter(.closed, for: nil)
    reader.clear()
    closeStream()
    return transport.take()
  }

  // MARK: Receiving

  private func receive() -> Step {
    do throws(SystemError) {
      guard let count = try transport?.receive(into: workspace) ?? nil else { return .wait }
      if count == 0 { return peerFinished() }
      let input = workspace.input
      let bytes = input.span.extracting(first: count)
      switch phase {
      case .receiving: return read(bytes)
      case .responding, .sending: reader.hold(bytes)
      case .lingering, .closed: break
      }
      listen()
      return .wait
    } catch {
      return leave()
    }
  }

  /// The peer sends nothing more. It may still want its answer; one that half-closes an open stream
  /// is taken to have left, because that is how a browser's leaving looks.
  private func peerFinished() -> Step {
    hasPeerFinished = true
    guard phase == .sending || phase == .responding && stream == nil else { return leave() }
    listen()
    return .wait
  }

  private func read(_ bytes: borrowing Span<UInt8>) -> Step {
    do throws(HTTPError) {
      guard let request = try reader.read(bytes) else { return awaitMore() }
      return begin(request)
    } catch {
      return refuse(error)
    }
  }

  /// Goes on with what has arrived already.
  private func readPending() -> Step {
    do throws(HTTPError) {
      guard let request = try reader.readPending() else { return awaitMore() }
      listen()
      return begin(request)
    } catch {
      return refuse(error)
    }
  }

  private func begin(_ request: consuming Request) -> Step {
    isNew = false
    keepsAlive = request.keepsAlive
    enter(.responding, for: nil)
    self.request = request
    return .respond
  }

  /// A deadline starts with its part of the request: more bytes do not put it off.
  private func awaitMore() -> Step {
    let progress = reader.progress
    if hasPeerFinished || isDraining && progress == .nothing { return leave() }
    if reader.takeOwedContinue() { sayContinue() }
    if phase != .receiving(progress) { enter(.receiving(progress), for: time(for: progress)) }
    listen()
    return .wait
  }

  private func time(for progress: RequestReader.Progress) -> Duration {
    switch progress {
    case .nothing: limits.idleTimeout
    case .head: limits.headTimeout
    case .body: limits.bodyTimeout
    }
  }

  private func sayContinue() {
    transport?.append([UInt8]("HTTP/1.1 100 Continue\r\n\r\n".utf8))
    flush()
  }

  // MARK: Sending

  /// Answers a request that cannot be understood, and takes no other.
  private func refuse(_ error: HTTPError) -> Step {
    let response = refusal(error, reader.refusedRequest)
    reader.clear()
    keepsAlive = false
    write(response, hasBody: true, version: .http11)
    enter(.sending, for: nil)
    return goOn()
  }

  private func write(_ response: Response, hasBody: Bool, version: Version) {
    do throws(SystemError) {
      let file = try workspace.output.write(
        response, hasBody: hasBody, version: version, keepsAlive: keepsAlive)
      let output = workspace.output.bytes
      transport?.send(output.span, then: file)
    } catch {
      transport?.breakOff()
    }
  }

  /// Gives the socket what it takes, and asks to hear when it takes more.
  func flush() {
    push()
    listen()
  }

  /// Gives the socket what it takes.
  @discardableResult
  private func push() -> Transport.State {
    let state = transport?.flush() ?? .broken
    if state != .full { stream?.allIsSent() }
    return state
  }

  /// Sends what is left. Once an answer is out, the next request has its turn.
  private func goOn() -> Step {
    let state = push()
    if state == .broken { return leave() }
    guard phase == .sending, state == .clear else {
      listen()
      return .wait
    }
    return keepsAlive ? readPending() : linger()
  }

  private func linger() -> Step {
    transport?.finishSending()
    if hasPeerFinished { return leave() }
    reader.clear()
    enter(.lingering, for: limits.lingerTimeout)
    listen()
    return .wait
  }

  // MARK: Streaming

  /// Queues the head of a response whose body stays open.
  func startStream(
    _ response: Response, to method: Method, _ version: Version
  ) throws(StreamError) -> ResponseStream {
    guard phase == .responding else { throw .closed }
    if hasPeerFinished {
      // The worker hears of it when the handler returns.
      _ = leave()
      throw .closed
    }
    let hasBody = method != .head && !response.status.isBodiless
    let isChunked = version == .http11
    if !isChunked || isDraining { keepsAlive = false }
    workspace.output.writeHead(
      of: response, framing: isChunked ? .chunked : .untilClose, version: version,
      keepsAlive: keepsAlive)
    let head = workspace.output.bytes
    transport?.append(head.span)
    let opened = ResponseStream(hasBody ? self : nil, isChunked: isChunked)
    if hasBody { stream = opened }
    listen()
    return opened
  }

  /// Adds bytes of the open body. They leave with the next flush, in the next turn at the latest.
  func queue(_ bytes: [UInt8]) {
    transport?.append(bytes)
    listen()
  }

  /// Ends the open body, if there is one, as complete.
  func endStream() {
    guard let stream else { return }
    if stream.isChunked { queue(Chunk.last) }
    closeStream()
  }

  /// Ends the open body where it is: the connection closes without a last chunk, which tells the
  /// client that something is missing (RFC 9112, section 8).
  func breakOffStream() {
    guard stream != nil else { return }
    keepsAlive = false
    closeStream()
  }

  private func closeStream() {
    stream?.close()
    stream = nil
  }

  /// Gives up the socket, with what was not sent yet.
  func detach(isChunked: Bool) -> DetachedStream? {
    isBroken ? nil : giveUp()?.detach(isChunked: isChunked)
  }

  // MARK: Details

  private func enter(_ phase: Phase, for time: Duration?) {
    self.phase = phase
    phaseDeadline = time.map { .now + $0 }
  }

  /// Asks to hear what matters now. A pipeline is read ahead up to a limit; past it the client waits
  /// for its answers.
  private func listen() {
    transport?.listen(
      forMore: !hasPeerFinished && reader.pendingCount <= limits.maxPipelinedBytes)
  }
}
