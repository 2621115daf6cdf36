import EventLoop
import HTTPServer
import Platform
import Synchronization

/// The part of an audience whose screens live on one loop. It runs on that loop, and lives from the
/// first screen there to the last.
actor Shard {
  nonisolated let loop: EventLoop
  private let audience: Audience
  private let limits: AudienceLimits
  /// By descriptor number.
  private var screens: [Screen?] = []
  private var count: Int {
    get { statistics.screens }
    set { statistics.screens = newValue }
  }
  private(set) var statistics: AudienceStatistics
  /// The newest state of every channel that has gone out, for newcomers.
  private var newest: [Frame]
  private nonisolated let outgoing = Mutex(Outgoing())
  private var pass: Pass?
  private var passNumber = 0
  private nonisolated let broadcastNanoseconds = Atomic<Int64>(0)
  private var quietSince = Instant.now
  private var tick: TimerID?

  private struct Outgoing {
    /// What goes out with the next pass: the messages in their order, and one frame of every state.
    var frames: [Frame] = []
    /// A turn of the loop is booked for broadcasting: one entry in its inbox, however much comes.
    var isBooked = false
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  init(
    of audience: Audience, on loop: EventLoop, newest: [Frame],
    continuing statistics: AudienceStatistics
  ) {
    self.audience = audience
    self.limits = audience.limits
    self.loop = loop
    self.newest = newest
    self.statistics = statistics
  }

  /// How long this loop was busy with its last broadcast.
  nonisolated var broadcastTime: Duration {
    .nanoseconds(broadcastNanoseconds.load(ordering: .relaxed))
  }

  // MARK: Screens come and go

  /// Takes a stream over, and sends it these bytes and the newest states. On this shard's loop.
  nonisolated func assumeJoined(_ stream: consuming DetachedStream, first: [UInt8]) {
    var stream = Optional(stream)
    assumeIsolated { shard in
      if let stream = stream.take() { shard.add(stream, first: first) }
    }
  }

  private func add(_ stream: consuming DetachedStream, first event: [UInt8]) {
    var first = stream.unsent[...]
    stream.unsent = []
    if !event.isEmpty { first += Frame(event, .message).bytes(isChunked: stream.isChunked) }
    first += newest.bytes(isChunked: stream.isChunked)

    do throws(SystemError) {
      stream.limitSendBuffer(bytes: limits.systemBufferBytesMax)
      try stream.watch(on: loop, for: .readable) { self.ready($0, $1) }
    } catch {
      return audience.left(self, leaving: statistics)
    }
    let now = Instant.now
    let screen = Screen(
      stream, joinedDuring: passNumber, endsAt: now + limits.ageMax * .random(in: 0.75...1.25))
    let key = Int(screen.stream.key)
    while screens.count <= key { screens.append(nil) }
    screens[key] = screen
    count += 1
    settle(screen, screen.send(first, deadline: now + limits.writeTime))
    startTicking()
  }

  private func remove(_ screen: Screen) {
    screen.stream.unwatch(on: loop)
    screens[Int(screen.stream.key)] = nil
    count -= 1
    audience.left(self, leaving: statistics)
  }

  /// Gives up a screen that does not keep up.
  private func drop(_ screen: Screen) {
    statistics.dropped += 1
    remove(screen)
  }

  private func ready(_ descriptor: Int32, _ readiness: Readiness) {
    guard let screen = screens[Int(descriptor)] else { return }
    // A browser that ends its side has left: nobody half-closes an event stream and reads on.
    if readiness.contains(.gone) || readiness.contains(.peerFinished) { return remove(screen) }
    // Nor has it anything to say. One that talks on is no event stream's client.
    if readiness.contains(.readable) { return remove(screen) }
    if readiness.contains(.writable) {
      settle(screen, screen.catchUp(deadline: .now + limits.writeTime))
    }
  }

  private func settle(_ screen: Screen, _ outcome: Screen.Outcome) {
    do throws(SystemError) {
      switch outcome {
      case .upToDate: try screen.stream.setInterest(.readable, on: loop)
      case .behind: try screen.stream.setInterest([.readable, .writable], on: loop)
      case .gone: remove(screen)
      }
    } catch {
      remove(screen)
    }
  }

  // MARK: Broadcasting

  /// Sends the frame to every screen; callable from any thread, in the order of the frames. What is
  /// posted before the loop comes to it goes out as one write.
  nonisolated func post(_ frame: Frame) {
    let isFirst = outgoing.withLock { outgoing in
      defer { outgoing.isBooked = true }
      outgoing.frames.add(frame)
      return !outgoing.isBooked
    }
    if isFirst { bookTurn() }
  }

  private nonisolated func bookTurn() {
    loop.execute { self.assumeIsolated { $0.broadcastSlice() } }
  }

  /// Screens served in one turn of the loop, so that a vote never waits for a whole broadcast.
  private static let sliceMax = 256

  private func broadcastSlice() {
    var pass = self.pass.take() ?? nextPass()
    let start = Instant.now
    let deadline = start + limits.writeTime
    var left = Self.sliceMax
    while pass.cursor < screens.count, left > 0 {
      defer { pass.cursor += 1 }
      guard let screen = screens[pass.cursor], screen.joinedDuring != pass.number else { continue }
      left -= 1
      serve(screen, pass, deadline)
    }
    let now = Instant.now
    pass.spent += now - start
    quietSince = now
    if pass.cursor < screens.count {
      self.pass = pass
    } else {
      broadcastNanoseconds.store(pass.spent.nanoseconds, ordering: .relaxed)
      statistics.broadcasts += 1
      statistics.broadcastTime += pass.spent
    }
    let goesOn = outgoing.withLock { outgoing in
      outgoing.isBooked = self.pass != nil || !outgoing.frames.isEmpty
      return outgoing.isBooked
    }
    if goesOn { bookTurn() }
  }

  private func nextPass() -> Pass {
    passNumber += 1
    let frames = outgoing.withLock { outgoing in
      defer { outgoing.frames = [] }
      return outgoing.frames
    }
    let pass = Pass(frames, number: passNumber)
    for frame in pass.frames {
      if case .state = frame.kind { newest.add(frame) }
    }
    return pass
  }

  private func serve(_ screen: Screen, _ pass: Pass, _ deadline: Instant) {
    if let backlog = screen.backlog {
      statistics.conflated += backlog.hold(pass.frames)
      if backlog.messageCount > limits.messagesWaitingMax { drop(screen) }
      return
    }
    let bytes = pass.bytes(isChunked: screen.stream.isChunked)
    statistics.deliveries += 1
    statistics.bytes += bytes.count
    let outcome = screen.send(bytes, deadline: deadline)
    if case .upToDate = outcome { return }
    settle(screen, outcome)
  }

  // MARK: Time

  /// One timer for heartbeats, deadlines and ages; none while nobody watches. Each is met a quarter
  /// of its time late at most, and a second.
  private func startTicking() {
    guard tick == nil, count > 0 else { return }
    let shortest = min(limits.heartbeatInterval, limits.writeTime, limits.ageMax)
    let interval = max(.milliseconds(1), min(.seconds(1), shortest / 4))
    tick = loop.schedule(after: interval) { self.look() }
  }

  private func look() {
    tick = nil
    let now = Instant.now
    for key in screens.indices {
      guard let screen = screens[key] else { continue }
      if let backlog = screen.backlog, backlog.deadline <= now {
        drop(screen)
      } else if screen.endsAt <= now {
        end(screen, [])
      }
    }
    if now - quietSince >= limits.heartbeatInterval { post(audience.heartbeat) }
    startTicking()
  }

  // MARK: Ending

  /// Ends every stream, each with a time of its own to come back after.
  func end(_ last: [UInt8]) {
    for key in screens.indices {
      if let screen = screens[key] { end(screen, last) }
    }
    if let tick { loop.cancel(tick) }
    tick = nil
  }

  private func end(_ screen: Screen, _ last: [UInt8]) {
    // In the middle of a frame nothing can be said any more.
    if screen.backlog == nil {
      screen.stream.finish(with: Event.retry(.random(in: limits.retryWhenEnded)) + last)
    }
    remove(screen)
  }
}

extension Duration {
  fileprivate var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
