import EventLoop
import HTTPServer
import Platform
import Synchronization

/// The part of an audience whose subscribers live on one loop. It runs on that loop, and lives from the
/// first subscriber there to the last.
actor Shard {
  nonisolated let loop: EventLoop
  private let audience: Audience
  private let limits: AudienceLimits
  /// By descriptor number.
  private var subscribers: [Subscriber?] = []
  private var count: Int {
    get { statistics.subscribers }
    set { statistics.subscribers = newValue }
  }
  private(set) var statistics: AudienceStatistics
  /// The newest state of every channel that has gone out, for newcomers.
  private var newest: [Frame]
  private nonisolated let outgoing = Mutex(Outgoing())
  private var pass: BroadcastPass?
  private var passNumber = 0
  private nonisolated let broadcastNanoseconds = Atomic<Int64>(0)
  private var quietSince = Instant.now
  private var timer: TimerID?

  private struct Outgoing {
    /// What goes out with the next pass: the messages in their order, and one frame of every state.
    var frames: [Frame] = []
    /// A turn of the loop is booked for broadcasting: one entry in its inbox, however much comes.
    var isScheduled = false
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

  // MARK: Subscribers come and go

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
      stream.limitSendBuffer(bytes: limits.maxSystemBufferBytes)
      try stream.watch(on: loop, for: .readable) { self.ready($0, $1) }
    } catch {
      return audience.didRemoveSubscriber(from: self, leaving: statistics)
    }
    let now = Instant.now
    let subscriber = Subscriber(
      stream, joinedDuring: passNumber, endsAt: now + limits.maxAge * .random(in: 0.75...1.25))
    let key = Int(subscriber.stream.key)
    while subscribers.count <= key { subscribers.append(nil) }
    subscribers[key] = subscriber
    count += 1
    updateInterest(of: subscriber, subscriber.send(first, deadline: now + limits.writeTimeout))
    startTimer()
  }

  private func remove(_ subscriber: Subscriber) {
    subscriber.stream.unwatch(on: loop)
    subscribers[Int(subscriber.stream.key)] = nil
    count -= 1
    audience.didRemoveSubscriber(from: self, leaving: statistics)
  }

  /// Gives up a subscriber that does not keep up.
  private func disconnectSlow(_ subscriber: Subscriber) {
    statistics.slowDisconnects += 1
    remove(subscriber)
  }

  private func ready(_ descriptor: Int32, _ readiness: Readiness) {
    guard let subscriber = subscribers[Int(descriptor)] else { return }
    // A browser that ends its side has left: nobody half-closes an event stream and reads on.
    if readiness.contains(.gone) || readiness.contains(.peerFinished) { return remove(subscriber) }
    // Nor has it anything to say. One that talks on is no event stream's client.
    if readiness.contains(.readable) { return remove(subscriber) }
    if readiness.contains(.writable) {
      updateInterest(of: subscriber, subscriber.catchUp(deadline: .now + limits.writeTimeout))
    }
  }

  private func updateInterest(of subscriber: Subscriber, _ outcome: Subscriber.Outcome) {
    do throws(SystemError) {
      switch outcome {
      case .upToDate: try subscriber.stream.setInterest(.readable, on: loop)
      case .behind: try subscriber.stream.setInterest([.readable, .writable], on: loop)
      case .closed: remove(subscriber)
      }
    } catch {
      remove(subscriber)
    }
  }

  // MARK: Broadcasting

  /// Sends the frame to every subscriber; callable from any thread, in the order of the frames. What is
  /// posted before the loop comes to it goes out as one write.
  nonisolated func enqueue(_ frame: Frame) {
    let isFirst = outgoing.withLock { outgoing in
      defer { outgoing.isScheduled = true }
      outgoing.frames.add(frame)
      return !outgoing.isScheduled
    }
    if isFirst { scheduleTurn() }
  }

  private nonisolated func scheduleTurn() {
    loop.execute { self.assumeIsolated { $0.broadcastSlice() } }
  }

  /// Subscribers served in one turn of the loop, so that a vote never waits for a whole broadcast.
  private static let maxSlice = 256

  private func broadcastSlice() {
    var pass = self.pass.take() ?? nextPass()
    let start = Instant.now
    let deadline = start + limits.writeTimeout
    var left = Self.maxSlice
    while pass.cursor < subscribers.count, left > 0 {
      defer { pass.cursor += 1 }
      guard let subscriber = subscribers[pass.cursor], subscriber.joinedDuring != pass.number else {
        continue
      }
      left -= 1
      serve(subscriber, pass, deadline)
    }
    let now = Instant.now
    pass.busyTime += now - start
    quietSince = now
    if pass.cursor < subscribers.count {
      self.pass = pass
    } else {
      broadcastNanoseconds.store(pass.busyTime.nanoseconds, ordering: .relaxed)
      statistics.broadcasts += 1
      statistics.broadcastTime += pass.busyTime
    }
    let goesOn = outgoing.withLock { outgoing in
      outgoing.isScheduled = self.pass != nil || !outgoing.frames.isEmpty
      return outgoing.isScheduled
    }
    if goesOn { scheduleTurn() }
  }

  private func nextPass() -> BroadcastPass {
    passNumber += 1
    let frames = outgoing.withLock { outgoing in
      defer { outgoing.frames = [] }
      return outgoing.frames
    }
    let pass = BroadcastPass(frames, number: passNumber)
    for frame in pass.frames {
      if case .state = frame.kind { newest.add(frame) }
    }
    return pass
  }

  private func serve(_ subscriber: Subscriber, _ pass: BroadcastPass, _ deadline: Instant) {
    if let backlog = subscriber.backlog {
      statistics.coalesced += backlog.keep(pass.frames)
      if backlog.messageCount > limits.maxWaitingMessages { disconnectSlow(subscriber) }
      return
    }
    let bytes = pass.bytes(isChunked: subscriber.stream.isChunked)
    statistics.deliveries += 1
    statistics.bytes += bytes.count
    let outcome = subscriber.send(bytes, deadline: deadline)
    if case .upToDate = outcome { return }
    updateInterest(of: subscriber, outcome)
  }

  // MARK: Time

  /// One timer for heartbeats, deadlines and ages; none while nobody watches. Each is met a quarter
  /// of its time late at most, and a second.
  private func startTimer() {
    guard timer == nil, count > 0 else { return }
    let shortest = min(limits.heartbeatInterval, limits.writeTimeout, limits.maxAge)
    let interval = max(.milliseconds(1), min(.seconds(1), shortest / 4))
    timer = loop.schedule(after: interval) { self.checkDeadlines() }
  }

  private func checkDeadlines() {
    timer = nil
    let now = Instant.now
    for key in subscribers.indices {
      guard let subscriber = subscribers[key] else { continue }
      if let backlog = subscriber.backlog, backlog.deadline <= now {
        disconnectSlow(subscriber)
      } else if subscriber.endsAt <= now {
        end(subscriber, [])
      }
    }
    if now - quietSince >= limits.heartbeatInterval { enqueue(audience.heartbeat) }
    startTimer()
  }

  // MARK: Ending

  /// Ends every stream, each with a time of its own to come back after.
  func end(_ last: [UInt8]) {
    for key in subscribers.indices {
      if let subscriber = subscribers[key] { end(subscriber, last) }
    }
    if let timer { loop.cancel(timer) }
    timer = nil
  }

  private func end(_ subscriber: Subscriber, _ last: [UInt8]) {
    // In the middle of a frame nothing can be said any more.
    if subscriber.backlog == nil {
      subscriber.stream.finish(with: Event.retry(.random(in: limits.retryWhenEnded)) + last)
    }
    remove(subscriber)
  }
}

extension Duration {
  fileprivate var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
