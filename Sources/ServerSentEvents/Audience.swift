public import EventLoop
public import HTTPServer
import Synchronization

/// Everyone who follows the same stream.
///
/// A subscriber joins after `sseSetup` and leaves by itself when its peer does. While it waits it
/// is an entry in an array of its loop: no task, no buffer. Whoever sends encodes once and never
/// waits; a subscriber that is behind keeps the rest of what it is in the middle of and then skips
/// to the newest state.
///
/// It may be used from any thread, but for `join`, which belongs to the loop of its response. The
/// streams end with their audience; to wait for that, call `end` while the loops still run.
public final class Audience: Sendable {
  public let limits: AudienceLimits
  /// One for every loop.
  private let shards: [Shard]
  private let fullBytes: [UInt8]
  private let presenceEvent: String?
  private let groups: [String]
  private let log: Log
  private let state = Mutex(State())
  /// Added to inside the lock, so that the limit is exact.
  private let subscriberCount = Atomic<Int>(0)
  /// The subscribers of every group. A lock of its own: events are made inside that of the state.
  private let groupCounts: Mutex<[Int]>

  private struct State {
    /// By channel.
    var pacers: [String: Pacer<@Sendable () -> Event>] = [:]
    /// When the log was last told that there is no place.
    var fullLogged: Instant?
    /// Once ended: the last event for whoever comes later.
    var closingBytes: [UInt8]?
  }

  /// - Parameters:
  ///   - loops: those whose responses may join, at least one; an empty list traps. The clock of the
  ///     first paces all states.
  ///   - heartbeat: what is sent after a silence; default: a comment, which finds dead peers. An
  ///     event can also be seen by a script that watches over its connection.
  ///   - fullEvent: what whoever finds no place is told, beside when to come back; default:
  ///     nothing. Clients that take a `retry` with an event only learn of it by this.
  ///   - presenceEvent: the name of an event `{"connected":N}`, sent when subscribers come and go.
  ///     The channel of that name is taken then. A name that no event can have traps.
  ///   - groups: of subscribers that are counted apart too, at most 255; the presence event has the
  ///     count of each under its name.
  ///   - log: told that there are too many streams, once a minute at most.
  public init(
    on loops: [EventLoop], limits: AudienceLimits = AudienceLimits(), heartbeat: Event? = nil,
    fullEvent: Event? = nil, presenceEvent: String? = nil, groups: [String] = [],
    log: Log = .silent
  ) {
    precondition(!loops.isEmpty, "an audience needs a loop")
    precondition(Event.isOneLine(presenceEvent), "an event cannot have this name")
    self.limits = limits
    fullBytes = fullEvent?.bytes ?? []
    self.presenceEvent = presenceEvent
    self.groups = groups
    groupCounts = Mutex(groups.map { _ in 0 })
    self.log = log
    let heartbeat = Frame(heartbeat?.bytes ?? Event.commentLine, .heartbeat)
    shards = loops.map { Shard(on: $0, limits: limits, heartbeat: heartbeat) }
  }

  deinit {
    for shard in shards { shard.endSoon() }
  }

  /// The loops whose responses may join.
  public var loops: [EventLoop] { shards.map(\.loop) }

  /// The subscribers connected now.
  public var count: Int { subscriberCount.load(ordering: .relaxed) }

  /// The subscribers connected now that joined in this group; 0 for one that there is not.
  public func count(of group: String) -> Int {
    groups.firstIndex(of: group).map { index in groupCounts.withLock { $0[index] } } ?? 0
  }

  // MARK: Joining

  /// Hands the stream of a response to this audience, on the response's own loop. It is sent the
  /// newest of every state, and everything that is sent from now on.
  ///
  /// The handler's part is over: the connection and the request are forgotten. Where nobody listens
  /// (the peer has gone, asked with HEAD, or was handed over before) nothing happens.
  /// - Parameters:
  ///   - event: for this subscriber alone, before anything else.
  ///   - group: counts it there too; one that there is not is none.
  /// - Throws: `ServerSentEventsError.notSetUp` before `sseSetup`; `.otherLoop` for a response of a
  ///   loop that is not one of `loops`.
  public func join(
    _ response: Response, first event: Event? = nil, group: String? = nil
  ) throws {
    guard let stream = response.stream, let loop = response.loop else {
      throw ServerSentEventsError.notSetUp
    }
    guard let shard = shards.first(where: { $0.loop === loop }) else {
      throw ServerSentEventsError.otherLoop
    }
    guard stream.isOpen else { return }
    let detached = try stream.detach()
    let group = group.flatMap(groups.firstIndex).map(UInt8.init)
    switch admit(group) {
    case .admitted:
      shard.assumeJoined(detached, first: event, group: group, of: self)
      sendPresence()
    case .full(let isNews):
      detached.finish(with: retryLine(limits.retryWhenFull) + fullBytes, unsent: detached.unsent)
      shard.assumeRefused()
      if isNews {
        log("\(limits.maxSubscribers) event streams are open, and more are told to come back later")
      }
    case .ended(let last):
      detached.finish(with: retryLine(limits.retryWhenEnded) + last, unsent: detached.unsent)
    }
  }

  private enum Admission {
    case admitted
    /// There is no place, and for the first time in a while.
    case full(isNews: Bool)
    /// With the last event.
    case ended([UInt8])
  }

  private func admit(_ group: UInt8?) -> Admission {
    state.withLock { state in
      if let closingBytes = state.closingBytes { return .ended(closingBytes) }
      guard count < limits.maxSubscribers else {
        let now = clock.now
        let isNews = state.fullLogged.map { now - $0 >= Self.fullLogInterval } ?? true
        if isNews { state.fullLogged = now }
        return .full(isNews: isNews)
      }
      subscriberCount.wrappingAdd(1, ordering: .relaxed)
      if let group { groupCounts.withLock { $0[Int(group)] += 1 } }
      return .admitted
    }
  }

  private static let fullLogInterval: Duration = .seconds(60)

  private func retryLine(_ range: ClosedRange<Duration>) -> [UInt8] {
    Event.retryLine(.random(in: range))
  }

  /// Called by the shard whose subscriber has left.
  func didRemoveSubscriber(group: UInt8?) {
    subscriberCount.wrappingSubtract(1, ordering: .relaxed)
    if let group { groupCounts.withLock { $0[Int(group)] -= 1 } }
    sendPresence()
  }

  private func sendPresence() {
    guard let presenceEvent else { return }
    // Kept by a shard, it must not keep the audience.
    update(presenceEvent, atMostEvery: limits.presenceInterval) { [weak self] in
      // Whether it can be a name was looked at in `init`.
      try! Event(self?.presence ?? "{}", name: presenceEvent)
    }
  }

  private var presence: String {
    let counts = groupCounts.withLock { $0 }
    let members = zip(groups, counts).map { ",\"\($0)\":\($1)" }
    return "{\"connected\":\(count)\(members.joined())}"
  }

  // MARK: Sending

  /// Sends a message to everyone who is connected, in the order of the calls.
  ///
  /// Nothing is skipped: a subscriber that more than `limits.maxWaitingMessages` of them wait for
  /// is disconnected. How many are sent is in the caller's hands.
  public func send(_ event: Event) {
    let frame = Frame(event.bytes, .message)
    state.withLock { _ in broadcast(frame) }
  }

  /// Sets a state: everyone gets the newest, those who come later too.
  ///
  /// What changes faster than it may go out, or than a subscriber can take it, is skipped; the last
  /// change always arrives.
  /// - Parameters:
  ///   - channel: what it is the state of; a newer value replaces an older one of the same channel.
  ///     A channel is never forgotten: name it in the program, not in a request.
  ///   - interval: the least time between two; default: `limits.updateInterval`.
  ///   - event: makes the event; called when it goes out, on any thread, and never while nobody is
  ///     there. It must not call the audience, but for `count`.
  public func update(
    _ channel: String, atMostEvery interval: Duration? = nil,
    _ event: @escaping @Sendable () -> Event
  ) {
    let interval = interval ?? limits.updateInterval
    state.withLock { state in
      guard state.closingBytes == nil else { return }
      if count == 0 {
        // Nobody is there, so nobody is sent too much; who comes makes the event.
        state.pacers[channel]?.discard()
        return broadcast(Frame(.state(channel: channel), making: event))
      }
      let now = clock.now
      switch state.pacers[channel, default: Pacer(now: now)].submit(event, at: now) {
      case .pending: break
      case .send(let event): send(event, on: channel, atMostEvery: interval, &state)
      case .wait(let time): scheduleFlush(of: channel, at: time, atMostEvery: interval)
      }
    }
  }

  /// Takes a state back: nobody who comes later gets it, nor anything of it that still waits to go
  /// out. Who has it keeps it.
  public func withdraw(_ channel: String) {
    state.withLock { state in
      guard state.closingBytes == nil else { return }
      state.pacers[channel]?.discard()
      broadcast(Frame([], .state(channel: channel)))
    }
  }

  private func scheduleFlush(of channel: String, at time: Instant, atMostEvery interval: Duration) {
    let loop = shards[0].loop
    loop.execute { [weak self] in
      loop.schedule(after: time - loop.now) {
        self?.flush(channel, atMostEvery: interval)
      }
    }
  }

  private func flush(_ channel: String, atMostEvery interval: Duration) {
    state.withLock { state in
      guard let event = state.pacers[channel]?.flush() else { return }
      send(event, on: channel, atMostEvery: interval, &state)
    }
  }

  private func send(
    _ event: @escaping @Sendable () -> Event, on channel: String,
    atMostEvery interval: Duration, _ state: inout State
  ) {
    let slowest = shards.lazy.map(\.broadcastTime).max() ?? .zero
    state.pacers[channel]?.sent(
      at: clock.now, interval: interval,
      coalescing: limits.interval(interval, afterBroadcastOf: slowest))
    let frame = Frame(.state(channel: channel), making: event)
    // Made here and now, so that what is made later is newer on every loop.
    frame.make()
    broadcast(frame)
  }

  /// Inside the lock, so that every shard is given the same order.
  private func broadcast(_ frame: Frame) {
    for shard in shards { shard.enqueue(frame) }
  }

  private var clock: LoopClock { shards[0].loop.clock }

  // MARK: Looking in

  /// What was sent so far, by the name of the loop. Costs one visit to each of them.
  public var statistics: [String: AudienceStatistics] {
    get async {
      var statistics: [String: AudienceStatistics] = [:]
      for shard in shards { statistics[shard.loop.name] = await shard.statistics }
      return statistics
    }
  }

  // MARK: Ending

  /// Ends every stream, and each one that comes later; returns when the streams are closed. On a
  /// loop that has stopped it never returns.
  ///
  /// - Parameter last: a last event, such as one that tells the page not to come back. Without it
  ///   browsers come back, each after its own time.
  public func end(_ last: Event? = nil) async {
    let closingBytes = last?.bytes ?? []
    state.withLock { state in
      state.closingBytes = closingBytes
      // What still waits to go out may hold on to its sender, which may be this audience.
      state.pacers = [:]
    }
    for shard in shards { await shard.end(closingBytes) }
  }
}
