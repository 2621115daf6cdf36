import EventLoop

/// Where a connection is in a request, what must happen by when, and what comes next.
///
/// A value that is told what happened and when, and says what to do. It knows no socket, no loop
/// and no clock: `Connection` carries out what it says and tells it what came of it.
struct ConnectionState {
  enum Phase: Equatable {
    /// A request is waited for, or the rest of one.
    case receiving(RequestReader.Progress)
    /// The handler runs and has sent nothing yet.
    case responding
    /// The handler runs, and the body of its response is open.
    case streaming(isChunked: Bool)
    /// The handler still runs; the body of its response has ended, or never opened.
    case streamed
    /// The response is complete and on its way out.
    case sending
    /// The last response was sent and the write side is shut; what still arrives is thrown away,
    /// because closing on unread bytes would reset the connection under the response.
    case lingering
    /// It has ended, or its socket has a new owner.
    case closed
  }

  enum Event: Equatable {
    /// A request is here, whole.
    case received(keepsAlive: Bool)
    /// What has arrived is not a whole request yet.
    case incomplete(RequestReader.Progress)
    /// What has arrived is not a request that is taken here.
    case invalid
    /// Nothing has arrived, though it was asked for.
    case nothingArrived
    /// The peer sends nothing more.
    case endOfInput
    /// The handler has returned; so much of the next request is here.
    case responded(next: RequestReader.Progress)
    case streamStarted(hasBody: Bool, isChunked: Bool)
    case streamEnded
    /// The open body ends where it is, and the client is to see that something is missing.
    case streamAborted
    /// The socket was given what there is.
    case sent(Transport.State, progressed: Bool)
    /// The socket is of no use any more, or its owner wants it closed.
    case failed
    /// The connection holds more memory than is left for it.
    case outOfMemory
    /// Time may have run out.
    case timePassed
    /// The server is stopping.
    case drain
    /// Slots are short.
    case reclaim
    case detached
  }

  enum Action: Equatable {
    /// Nothing, until the socket is ready or a deadline has passed.
    case wait
    /// Take what the socket has.
    case receive
    /// Look for the next request in what has arrived already.
    case readNext
    /// Have the request responded to.
    case respond
    /// Have the client told why its request is not taken, and take no other.
    case refuse(Refusal)
    /// Send the response, and then what is left.
    case send
    /// Send what is left.
    case flush
    /// End the open body as complete, and then as `flush`.
    case endBody(isChunked: Bool)
    /// The same for a client that has left: nobody waits for what the handler does.
    case abandonBody(isChunked: Bool)
    /// Say that nothing more will be sent.
    case finishSending
    /// Close the connection, for good.
    case close
  }

  enum Refusal: Equatable { case timeout, outOfMemory }

  private(set) var phase = Phase.receiving(.nothing)
  /// When the phase has taken too long.
  private(set) var phaseDeadline: Instant?
  /// When the peer must have taken more of what is to be sent; `nil` while nothing waits for it.
  private(set) var writeDeadline: Instant?
  /// Since when it has had nothing to do; `nil` while it has.
  private(set) var idleSince: Instant?
  /// Since when the rest of a request's head or body is waited for; `nil` while none is.
  private(set) var incompleteSince: Instant?
  private(set) var hasPeerFinished = false
  /// Whether another request is taken after this one.
  private(set) var keepsAlive = true
  /// Nothing was asked here yet.
  private var isNew = true
  /// The server is stopping: the present response is the last.
  private var isDraining = false
  private let timeouts: Timeouts

  /// Those of the limits that are times.
  struct Timeouts {
    let head, body, idle, write, linger, drainFirstRequest: Duration
  }

  init(timeouts: Timeouts, now: Instant) {
    self.timeouts = timeouts
    phaseDeadline = now + timeouts.head
    idleSince = now
  }

  /// The handler runs, and the client has heard nothing from it yet.
  var awaitsResponse: Bool { phase == .responding }

  /// A deadline has passed.
  func isOverdue(at now: Instant) -> Bool {
    if let writeDeadline, writeDeadline <= now { return true }
    if let phaseDeadline, phaseDeadline <= now { return true }
    return false
  }

  // MARK: What happens

  mutating func handle(_ event: Event, at now: Instant) -> Action {
    if phase == .closed { return .close }
    switch event {
    case .received(let keepsAlive): return begin(keepsAlive: keepsAlive)
    case .invalid: return begin(keepsAlive: false)
    case .incomplete(let progress): return wait(for: progress, now)
    case .nothingArrived: return isDraining ? waitOnceMore(now) : .wait
    case .endOfInput: return endOfInput()
    case .responded(let next): return responded(next)
    case .streamStarted(let hasBody, let isChunked):
      return streamStarted(hasBody: hasBody, isChunked: isChunked)
    case .streamEnded: return endStream(keepsAlive: keepsAlive)
    case .streamAborted: return endStream(keepsAlive: false)
    case .sent(let state, let progressed): return sent(state, progressed: progressed, now)
    case .failed, .detached: return close()
    case .outOfMemory: return refuse(.outOfMemory)
    case .timePassed: return timePassed(now)
    case .drain:
      isDraining = true
      return phase == .receiving(.nothing) ? .receive : .wait
    case .reclaim:
      guard case .receiving = phase else { return .wait }
      return close()
    }
  }

  // MARK: Receiving

  private mutating func begin(keepsAlive: Bool) -> Action {
    isNew = false
    self.keepsAlive = keepsAlive
    enter(.responding, until: nil)
    return .respond
  }

  /// A deadline starts with its part of the request: more bytes do not put it off.
  private mutating func wait(for progress: RequestReader.Progress, _ now: Instant) -> Action {
    if hasPeerFinished || isDraining && progress == .nothing { return close() }
    if phase == .receiving(progress) { return .wait }
    switch progress {
    case .nothing:
      enter(.receiving(progress), until: now + timeouts.idle)
      idleSince = now
    case .head:
      enter(.receiving(progress), until: now + timeouts.head)
      incompleteSince = now
    case .body:
      enter(.receiving(progress), until: now + timeouts.body)
      incompleteSince = now
    }
    return .wait
  }

  /// While the server stops: a connection that is new may bring its first request yet.
  private mutating func waitOnceMore(_ now: Instant) -> Action {
    guard phase == .receiving(.nothing) else { return .wait }
    guard isNew else { return close() }
    enter(phase, until: now + timeouts.drainFirstRequest)
    return .wait
  }

  /// The peer may still want its response. One that half-closes an open stream is taken to have
  /// left, because that is how a browser's leaving looks.
  private mutating func endOfInput() -> Action {
    hasPeerFinished = true
    switch phase {
    case .responding, .streamed, .sending: return .wait
    case .streaming(let isChunked):
      keepsAlive = false
      enter(.sending, until: nil)
      return .abandonBody(isChunked: isChunked)
    case .receiving, .lingering, .closed: return close()
    }
  }

  // MARK: Responding

  private mutating func responded(_ next: RequestReader.Progress) -> Action {
    let before = phase
    switch before {
    case .responding:
      if isDraining || hasPeerFinished && next == .nothing { keepsAlive = false }
    case .streaming, .streamed: break
    // The client left the stream before its handler did.
    case .sending, .lingering, .receiving, .closed: return .wait
    }
    enter(.sending, until: nil)
    switch before {
    case .streaming(let isChunked): return .endBody(isChunked: isChunked)
    case .streamed: return .flush
    default: return .send
    }
  }

  /// A body without chunks ends with its connection (RFC 9112, section 6.3).
  private mutating func streamStarted(hasBody: Bool, isChunked: Bool) -> Action {
    guard phase == .responding else { return .wait }
    if !isChunked || isDraining || hasPeerFinished { keepsAlive = false }
    enter(hasBody ? .streaming(isChunked: isChunked) : .streamed, until: nil)
    return .wait
  }

  private mutating func endStream(keepsAlive: Bool) -> Action {
    guard case .streaming = phase else { return .wait }
    self.keepsAlive = self.keepsAlive && keepsAlive
    enter(.streamed, until: nil)
    return .wait
  }

  // MARK: Sending

  /// Once a response is out, the next request has its turn.
  private mutating func sent(
    _ state: Transport.State, progressed: Bool, _ now: Instant
  ) -> Action {
    switch state {
    case .broken: return close()
    case .full:
      if progressed || writeDeadline == nil { writeDeadline = now + timeouts.write }
      return .wait
    case .clear:
      writeDeadline = nil
      guard phase == .sending else { return .wait }
      if keepsAlive {
        enter(.receiving(.nothing), until: now + timeouts.idle)
        idleSince = now
        return .readNext
      }
      if hasPeerFinished { return close() }
      enter(.lingering, until: now + timeouts.linger)
      return .finishSending
    }
  }

  // MARK: Time and memory

  private mutating func timePassed(_ now: Instant) -> Action {
    guard isOverdue(at: now) else { return .wait }
    if let writeDeadline, writeDeadline <= now { return close() }
    return refuse(.timeout)
  }

  /// Tells a client whose request is under way; any other connection closes silently.
  private mutating func refuse(_ refusal: Refusal) -> Action {
    switch phase {
    case .receiving(.head), .receiving(.body):
      _ = begin(keepsAlive: false)
      return .refuse(refusal)
    default: return close()
    }
  }

  private mutating func close() -> Action {
    enter(.closed, until: nil)
    writeDeadline = nil
    return .close
  }

  private mutating func enter(_ phase: Phase, until deadline: Instant?) {
    self.phase = phase
    phaseDeadline = deadline
    incompleteSince = nil
    if phase != .receiving(.nothing) { idleSince = nil }
  }
}

extension ConnectionState.Timeouts {
  init(_ limits: Limits) {
    self.init(
      head: limits.headTimeout, body: limits.bodyTimeout, idle: limits.idleTimeout,
      write: limits.writeTimeout, linger: limits.lingerTimeout,
      drainFirstRequest: limits.drainFirstRequestTimeout)
  }
}
