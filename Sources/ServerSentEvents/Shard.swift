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
  let limits: AudienceLimits
  private let heartbeat: Frame
  /// Hears of whoever leaves. The same at every joining.
  private weak var audience: Audience?
  /// By descriptor number.
  private var subscribers: [Subscriber?] = []
  var seats = Seats()
  /// Of topics that somebody follows here, or that have states.
  var topics: [ObjectIdentifier: TopicMembers] = [:]
  private var count: Int {
    get { counted.subscribers }
    set { counted.subscribers = newValue }
  }
  var counted = AudienceStatistics()
  /// The newest of every state of everyone's that has gone out, for newcomers. Newer ones may be
  /// outgoing.
  var newest: [Frame] = []
  nonisolated let outgoing = Mutex(Outgoing())
  var pass: BroadcastPass?
  /// The number of the newest message that went out here, or that nobody was here to hear.
  var messagesThrough = 0
  nonisolated let broadcastNanoseconds = Atomic<Int64>(0)
  var quietSince: Instant
  private var timer: TimerID?
  /// Keys of those for whom no more messages should come for now.
  var overfull: Set<Int> = []
  /// Resumed once there is none of them.
  private var waitingForRoom: [CheckedContinuation<Void, Never>] = []

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

  /// What a stream is told before all that comes later, and where it belongs.
  struct Newcomer: Sendable {
    let first: Event?
    let group: UInt8?
    let topics: [Topic]
    let lastEventID: String?
  }

  /// Takes a stream over, and sends it its first event, what it missed, and the newest states. On
  /// this shard's loop.
  nonisolated func assumeJoined(
    _ stream: consuming DetachedStream, as newcomer: Newcomer, of audience: Audience
  ) {
    assumeIsolated(taking: stream) { shard, stream in
      shard.audience = audience
      shard.add(stream, newcomer, of: audience)
    }
  }

  /// Counts a stream that found no place. On this shard's loop.
  nonisolated func assumeRefused() { assumeIsolated { $0.counted.refused += 1 } }

  private func add(
    _ stream: consuming DetachedStream, _ newcomer: Newcomer, of audience: Audience
  ) {
    var first = stream.unsent[...]
    stream.unsent = []
    do throws(SystemError) {
      stream.limitSendBuffer(bytes: limits.maxSystemBufferBytes)
      try stream.watch(on: loop, for: .readable) { self.ready($0, $1) }
    } catch {
      audience.didRemoveSubscriber(group: newcomer.group, topics: newcomer.topics)
      return
    }
    let now = loop.now
    if count == 0 { open(at: now) }
    let missed = audience.keepsHistory ? missed(by: newcomer, of: audience) : nil
    for event in [missed?.opening, newcomer.first] {
      if let event { first += Frame(event.bytes, .message).bytes(isChunked: stream.isChunked) }
    }

    let seat = Seats.Seat(socket: stream.number, isChunked: stream.isChunked)
    let subscriber = Subscriber(
      stream, seat: seats.take(seat, isNew: pass != nil), group: newcomer.group,
      topics: newcomer.topics, endsAt: now + limits.maxAge * .random(in: 0.75...1.25))
    insert(subscriber)
    let outcome = subscriber.start(
      with: first, missed: missed?.messages.frames ?? [],
      then: newest + newestOfTopics(of: subscriber),
      deadline: now + limits.writeTimeout, sent: &counted.bytes)
    updateInterest(of: subscriber, outcome)
    startTimer()
  }

  /// The first subscriber comes.
  private func open(at now: Instant) {
    forgetEndedTopics()
    let (frames, unheard) = outgoing.withLock { ($0.open(), $0.unheardThrough) }
    for frame in frames { keep(frame) }
    messagesThrough = max(messagesThrough, unheard)
    quietSince = now
  }

  private func insert(_ subscriber: Subscriber) {
    let key = Int(subscriber.stream.key)
    while subscribers.count <= key { subscribers.append(nil) }
    subscribers[key] = subscriber
    count += 1
    for topic in subscriber.topics {
      topics[ObjectIdentifier(topic), default: TopicMembers(topic)].insert(subscriber.seat)
    }
  }

  /// Who has this seat.
  func subscriber(in seat: Seats.Seat) -> Subscriber { subscribers[Int(seat.socket.key)]! }

  /// What it missed, and an event that tells it where it is, if it does not know.
  private func missed(
    by newcomer: Newcomer, of audience: Audience
  ) -> (messages: MissedMessages, opening: Event?) {
    let position = audience.ids.position(newcomer.lastEventID)
    if case .number(let last) = position {
      // What it heard on another loop, which was faster, is not to be sent to it again.
      while messagesThrough < last, hasOutgoing { broadcastSlice() }
    }
    let messages = audience.missed(since: position, by: newcomer, through: messagesThrough)
    let isNew = position == .newcomer
    guard isNew || messages.isGap else { return (messages, nil) }
    // Neither the name nor the id has a line break.
    let opening = try! Event(
      "{}", name: isNew ? "position" : "gap", id: audience.ids.text(messages.after))
    return (messages, opening)
  }

  private func newestOfTopics(of subscriber: Subscriber) -> [Frame] {
    subscriber.topics.flatMap { topics[ObjectIdentifier($0)]?.newest ?? [] }
  }

  private func remove(_ subscriber: Subscriber) {
    let key = Int(subscriber.stream.key)
    subscriber.stream.unwatch(on: loop)
    subscribers[key] = nil
    seats.leave(subscriber.seat)
    count -= 1
    for topic in subscriber.topics {
      topics[ObjectIdentifier(topic)]?.remove(subscriber.seat)
    }
    if count == 0 { outgoing.withLock { $0.close() } }
    hasRoom(key)
    audience?.didRemoveSubscriber(group: subscriber.group, topics: subscriber.topics)
  }

  /// Gives up a subscriber that does not keep up.
  func disconnectSlow(_ subscriber: Subscriber) {
    counted.slowDisconnects += 1
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

  func updateInterest(of subscriber: Subscriber, _ outcome: Subscriber.Outcome) {
    do throws(SystemError) {
      switch outcome {
      case .upToDate:
        seats.setBehind(false, at: subscriber.seat)
        try subscriber.stream.setInterest(.readable, on: loop)
      case .behind:
        seats.setBehind(true, at: subscriber.seat)
        try subscriber.stream.setInterest([.readable, .writable], on: loop)
      case .closed: remove(subscriber)
      }
    } catch {
      remove(subscriber)
    }
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
        endForNow(subscriber, [], limits.retryWhenEnded)
      }
    }
    forgetEndedTopics()
    if now - quietSince >= limits.heartbeatInterval { enqueue(heartbeat) }
    startTimer()
  }

  private func forgetEndedTopics() {
    if topics.isEmpty { return }
    topics = topics.filter { !$0.value.topic.isEnded }
  }

  // MARK: Looking in, and waiting

  var statistics: AudienceStatistics {
    var statistics = counted
    for case let backlog? in subscribers.lazy.map({ $0?.backlog }) {
      statistics.waiting += backlog.waitingCount
    }
    return statistics
  }

  /// Returns once everybody has room for another message.
  func waitForRoom() async {
    if overfull.isEmpty { return }
    await withCheckedContinuation { waitingForRoom.append($0) }
  }

  /// The subscriber can do with more messages, or is gone.
  func hasRoom(_ key: Int) {
    guard overfull.remove(key) != nil, overfull.isEmpty else { return }
    let waiting = waitingForRoom
    waitingForRoom = []
    for continuation in waiting { continuation.resume() }
  }

  // MARK: Ending

  /// Ends every stream, each with a time of its own to come back after.
  func end(_ last: [UInt8], _ retry: ClosedRange<Duration>) {
    for key in subscribers.indices {
      if let subscriber = subscribers[key] { endForNow(subscriber, last, retry) }
    }
    if let timer { loop.cancel(timer) }
    timer = nil
  }

  /// The same without waiting for it; callable from any thread.
  nonisolated func endSoon() {
    loop.execute { self.assumeIsolated { $0.end([], $0.limits.retryWhenEnded) } }
  }

  /// Ends a stream whose subscriber is to come back, at a time of its own.
  private func endForNow(
    _ subscriber: Subscriber, _ last: [UInt8], _ retry: ClosedRange<Duration>
  ) {
    end(subscriber, Event.retryLine(.random(in: retry)) + last)
  }

  private func end(_ subscriber: Subscriber, _ bytes: [UInt8]) {
    // In the middle of a frame nothing can be said any more.
    if subscriber.backlog == nil { subscriber.stream.finish(with: bytes) }
    remove(subscriber)
  }
}
