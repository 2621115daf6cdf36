import EventLoop
import HTTPServer
import Platform
import Synchronization

/// The part of an audience whose subscribers live on one loop. It runs on that loop.
///
/// The audience owns it. While it has subscribers its loop holds it too; an audience that goes has
/// them ended.
actor Shard {
  nonisolated let loop: EventLoop
  private let limits: AudienceLimits
  private let heartbeat: Frame
  /// Hears of whoever leaves. The same at every joining.
  private weak var audience: Audience?
  /// By descriptor number.
  private var subscribers: [Subscriber?] = []
  private var count: Int {
    get { statistics.subscribers }
    set { statistics.subscribers = newValue }
  }
  private(set) var statistics = AudienceStatistics()
  /// The newest of every state that has gone out, for newcomers. Newer ones may be outgoing.
  private var newest: [Frame] = []
  private nonisolated let outgoing = Mutex(Outgoing())
  private var pass: BroadcastPass?
  private var passNumber = 0
  private nonisolated let broadcastNanoseconds = Atomic<Int64>(0)
  private var quietSince: Instant
  private var timer: TimerID?

  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

  init(on loop: EventLoop, limits: AudienceLimits, heartbeat: Frame) {
    self.loop = loop
    self.limits = limits
    self.heartbeat = heartbeat
    quietSince = loop.now
  }

  /// How long this loop was busy with its last broadcast.
  nonisolated var broadcastTime: Duration {
    .nanoseconds(broadcastNanoseconds.load(ordering: .relaxed))
  }

  // MARK: Subscribers come and go

  /// Takes a stream over, and sends it this event and the newest states. On this shard's loop.
  nonisolated func assumeJoined(
    _ stream: consuming DetachedStream, first event: Event?, group: UInt8?, of audience: Audience
  ) {
    assumeIsolated(taking: stream) { shard, stream in
      shard.audience = audience
      shard.add(stream, first: event, group: group)
    }
  }

  /// Counts a stream that found no place. On this shard's loop.
  nonisolated func assumeRefused() { assumeIsolated { $0.statistics.refused += 1 } }

  private func add(_ stream: consuming DetachedStream, first event: Event?, group: UInt8?) {
    var first = stream.unsent[...]
    stream.unsent = []
    do throws(SystemError) {
      stream.limitSendBuffer(bytes: limits.maxSystemBufferBytes)
      try stream.watch(on: loop, for: .readable) { self.ready($0, $1) }
    } catch {
      audience?.didRemoveSubscriber(group: group)
      return
    }
    let now = loop.now
    if count == 0 {
      for frame in outgoing.withLock({ $0.open() }) { newest.add(frame) }
      quietSince = now
    }
    if let event { first += Frame(event.bytes, .message).bytes(isChunked: stream.isChunked) }
    first += newest.bytes(isChunked: stream.isChunked)

    let subscriber = Subscriber(
      stream, joinedDuring: passNumber, endsAt: now + limits.maxAge * .random(in: 0.75...1.25),
      group: group)
    let key = Int(subscriber.stream.key)
    while subscribers.count <= key { subscribers.append(nil) }
    subscribers[key] = subscriber
    count += 1
    let outcome = subscriber.send(
      first, deadline: now + limits.writeTimeout, sent: &statistics.bytes)
    updateInterest(of: subscriber, outcome)
    startTimer()
  }

  private func remove(_ subscriber: Subscriber) {
    subscriber.stream.unwatch(on: loop)
    subscribers[Int(subscriber.stream.key)] = nil
    count -= 1
    if count == 0 { outgoing.withLock { $0.close() } }
    audience?.didRemoveSubscriber(group: subscriber.group)
  }

  /// Gives up a subscriber that does not keep up.
  private func disconnectSlow(_ subscriber: Subscriber) {
    statistics.slowDisconnects += 1
    remove(subscriber)
  }

  private func ready(_ descriptor: Int32, _ readiness: Readiness) {
    guard let subscriber = subscribers[Int(descriptor)] else { return }
    if readiness.contains(.hangUp) { return remove(subscriber) }
    // A browser that ends its side has left, and it has nothing to say: one that talks on is no
    // event stream's client. Who still reads finds the body complete.
    if readiness.contains(.endOfInput) || readiness.contains(.readable) {
      return end(subscriber, [])
    }
    if readiness.contains(.writable) { catchUp(subscriber) }
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

  /// Sends the frame to every subscriber; callable from any thread, in the order of the frames.
  /// What comes before the loop does goes out as one write.
  nonisolated func enqueue(_ frame: Frame) {
    if outgoing.withLock({ $0.add(frame) }) { scheduleTurn() }
  }

  private nonisolated func scheduleTurn() {
    loop.execute { self.assumeIsolated { $0.broadcastSlice() } }
  }

  /// Subscribers served in one turn of the loop, so that a vote never waits for a whole broadcast.
  private static let maxSlice = 256

  private func broadcastSlice() {
    var pass = self.pass.take() ?? nextPass()
    let start = loop.now
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
    quietSince = loop.now
    pass.busyTime += quietSince - start
    if pass.cursor < subscribers.count {
      self.pass = pass
    } else {
      broadcastNanoseconds.store(pass.busyTime.nanoseconds, ordering: .relaxed)
      statistics.broadcasts += 1
      statistics.broadcastTime += pass.busyTime
    }
    let isUnfinished = self.pass != nil
    if outgoing.withLock({ $0.endTurn(isUnfinished: isUnfinished) }) { scheduleTurn() }
  }

  private func nextPass() -> BroadcastPass {
    passNumber += 1
    let pass = BroadcastPass(outgoing.withLock { $0.take() }, number: passNumber)
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
    // A state was taken back, and nothing said in its place.
    if bytes.isEmpty { return }
    let outcome = subscriber.send(bytes, deadline: deadline, sent: &statistics.bytes)
    if case .upToDate = outcome {
      statistics.deliveries += 1
    } else {
      updateInterest(of: subscriber, outcome)
    }
  }

  private func catchUp(_ subscriber: Subscriber) {
    let outcome = subscriber.catchUp(
      deadline: loop.now + limits.writeTimeout, sent: &statistics.bytes)
    if case .upToDate = outcome { statistics.deliveries += 1 }
    updateInterest(of: subscriber, outcome)
  }

  // MARK: Time

  /// One timer for heartbeats, deadlines and ages; none while nobody is there. Each is met a
  /// quarter of its time late at most, and a second.
  private func startTimer() {
    guard timer == nil, count > 0 else { return }
    let shortest = min(limits.heartbeatInterval, limits.writeTimeout, limits.maxAge)
    let interval = max(.milliseconds(1), min(.seconds(1), shortest / 4))
    timer = loop.schedule(after: interval) { self.checkDeadlines() }
  }

  private func checkDeadlines() {
    timer = nil
    let now = loop.now
    for key in subscribers.indices {
      guard let subscriber = subscribers[key] else { continue }
      if let backlog = subscriber.backlog, backlog.deadline <= now {
        disconnectSlow(subscriber)
      } else if subscriber.endsAt <= now {
        endForNow(subscriber, [])
      }
    }
    if now - quietSince >= limits.heartbeatInterval { enqueue(heartbeat) }
    startTimer()
  }

  // MARK: Ending

  /// Ends every stream, each with a time of its own to come back after.
  func end(_ last: [UInt8]) {
    for key in subscribers.indices {
      if let subscriber = subscribers[key] { endForNow(subscriber, last) }
    }
    if let timer { loop.cancel(timer) }
    timer = nil
  }

  /// The same without waiting for it; callable from any thread.
  nonisolated func endSoon() {
    loop.execute { self.assumeIsolated { $0.end([]) } }
  }

  /// Ends a stream whose subscriber is to come back, at a time of its own.
  private func endForNow(_ subscriber: Subscriber, _ last: [UInt8]) {
    end(subscriber, Event.retryLine(.random(in: limits.retryWhenEnded)) + last)
  }

  private func end(_ subscriber: Subscriber, _ bytes: [UInt8]) {
    // In the middle of a frame nothing can be said any more.
    if subscriber.backlog == nil { subscriber.stream.finish(with: bytes) }
    remove(subscriber)
  }
}

extension Duration {
  fileprivate var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
