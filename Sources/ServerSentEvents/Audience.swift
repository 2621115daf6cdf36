import EventLoop
public import HTTPServer
import Synchronization

/// Everyone who watches the same stream.
///
/// A subscriber joins after `sseSetup` and leaves by itself when its peer does. While it waits it is an
/// entry in an array: no task, no buffer. Whoever sends encodes once and never waits; a subscriber that
/// is behind keeps the rest of what it is in the middle of and then skips to the newest state.
///
/// All methods but `join` may be called from any thread. It lives for as long as somebody watches;
/// call `end` before the loops of its subscribers are stopped.
public final class Audience: Sendable {
  public let limits: AudienceLimits
  let heartbeat: Frame
  private let presenceEvent: String?
  private let state = Mutex(State())
  /// Added to inside the lock, so that the limit is exact.
  private let places = Atomic<Int>(0)

  private struct State {
    /// One for every loop that has subscribers.
    var shards: [Shard] = []
    /// By the name of the loop, of those whose last subscriber has left.
    var pastStatistics: [String: AudienceStatistics] = [:]
    /// The newest frame of every state, for the first subscriber of a loop.
    var newest: [Frame] = []
    /// What was set while nobody watched, to be made when somebody comes.
    var kept: [(channel: String, event: @Sendable () -> Event)] = []
    var pacers: [String: Pacer<@Sendable () -> Event>] = [:]
    /// Once ended: what is said to whoever comes later.
    var closingBytes: [UInt8]?

    mutating func broadcast(_ frame: Frame) {
      if frame.kind != .message { newest.add(frame) }
      // Inside the lock, so that every shard is told in the same order.
      for shard in shards { shard.enqueue(frame) }
    }

    mutating func keep(_ event: @escaping @Sendable () -> Event, _ channel: String) {
      kept.removeAll { $0.channel == channel }
      kept.append((channel, event))
    }

    /// The first subscriber of a loop has come.
    mutating func makeKept() {
      for (channel, event) in kept { newest.add(Frame(event().bytes, .state(channel: channel))) }
      kept = []
    }
  }

  /// - Parameters:
  ///   - heartbeat: what is said after a silence. A comment finds dead peers; an event can also be
  ///     seen by a script that watches over its connection.
  ///   - presenceEvent: the name of an event `{"connected":N}`, sent when subscribers come and go. The
  ///     channel of that name is taken then. A name that no event can have traps.
  public init(
    limits: AudienceLimits = AudienceLimits(), heartbeat: Event? = nil, presenceEvent: String? = nil
  ) {
    precondition(Event.isOneLine(presenceEvent), "an event cannot have this name")
    self.limits = limits
    self.heartbeat = Frame(heartbeat?.bytes ?? Event.comment, .heartbeat)
    self.presenceEvent = presenceEvent
  }

  /// The subscribers connected now.
  public var count: Int { places.load(ordering: .relaxed) }

  // MARK: Joining

  /// Hands the stream of a response to this audience, on the response's own loop. It is sent the
  /// newest of every state, and everything that is sent from now on.
  ///
  /// The handler's part is over: the connection and the request are forgotten. Where nobody listens
  /// (the peer has gone, asked with HEAD, or was handed over before) nothing happens.
  /// - Parameter event: for this subscriber alone, before anything else.
  /// - Throws: `ServerSentEventsError.notSetUp` before `sseSetup`.
  public func join(_ response: Response, first event: Event? = nil) throws {
    guard let stream = response.stream, let loop = response.loop else {
      throw ServerSentEventsError.notSetUp
    }
    guard stream.isOpen else { return }
    let detached = try stream.detach()
    switch admit(on: loop) {
    case .refused(let last):
      detached.finish(with: last, unsent: detached.unsent)
    case .admitted(let shard):
      shard.assumeJoined(detached, first: event?.bytes ?? [])
      tellPresence()
    }
  }

  private enum Admission {
    case admitted(Shard)
    /// With what it is told.
    case refused([UInt8])
  }

  private func admit(on loop: EventLoop) -> Admission {
    state.withLock { state in
      if let closingBytes = state.closingBytes {
        return .refused(Event.retry(.random(in: limits.retryWhenEnded)) + closingBytes)
      }
      guard count < limits.maxSubscribers else {
        return .refused(Event.retry(.random(in: limits.retryWhenFull)))
      }
      places.wrappingAdd(1, ordering: .relaxed)
      if let shard = state.shards.first(where: { $0.loop === loop }) { return .admitted(shard) }
      let past = state.pastStatistics[loop.name] ?? AudienceStatistics()
      state.makeKept()
      let shard = Shard(of: self, on: loop, newest: state.newest, continuing: past)
      state.shards.append(shard)
      return .admitted(shard)
    }
  }

  /// A subscriber has left its shard; the last one takes the shard along.
  func didRemoveSubscriber(from shard: Shard, leaving statistics: AudienceStatistics) {
    places.wrappingSubtract(1, ordering: .relaxed)
    if statistics.subscribers == 0 {
      state.withLock { state in
        state.shards.removeAll { $0 === shard }
        state.pastStatistics[shard.loop.name] = statistics
      }
    }
    tellPresence()
  }

  private func tellPresence() {
    guard let presenceEvent else { return }
    // Kept by the audience while nobody watches, it must not keep the audience.
    update(presenceEvent, atMostEvery: limits.presenceInterval) { [weak self] in
      // Whether it can be a name was looked at in `init`.
      try! Event(#"{"connected":\#(self?.count ?? 0)}"#, name: presenceEvent)
    }
  }

  // MARK: Sending

  /// Sends a message to everyone who is connected, in the order of the calls.
  ///
  /// Nothing is skipped: a subscriber that more than `limits.maxWaitingMessages` of them wait for is
  /// disconnected. How many are sent is in the caller's hands.
  public func send(_ event: Event) {
    let frame = Frame(event.bytes, .message)
    state.withLock { $0.broadcast(frame) }
  }

  /// Sets a state: everyone gets the newest, those who come later too.
  ///
  /// What changes faster than it may go out, or than a subscriber can take it, is skipped; the last
  /// change always arrives.
  /// - Parameters:
  ///   - channel: what it is the state of; a newer value replaces an older one of the same channel.
  ///     A channel is never forgotten: name it in the program, not in a request.
  ///   - interval: the least time between two, `limits.updateInterval` unless told.
  ///   - event: makes the event; called when it goes out, which may be never. It must
  ///     not call the audience, but for `count`.
  public func update(
    _ channel: String, atMostEvery interval: Duration? = nil,
    _ event: @escaping @Sendable () -> Event
  ) {
    let interval = interval ?? limits.updateInterval
    state.withLock { state in
      guard state.closingBytes == nil else { return }
      let now = Instant.now
      switch state.pacers[channel, default: Pacer(now: now)].submit(event, at: now) {
      case .pending: break
      case .send(let event): emit(event, channel, interval, &state)
      case .wait(let time):
        guard let loop = state.shards.first?.loop else {
          // Nobody watches, so nobody is sent too much.
          return flush(channel, interval, &state)
        }
        loop.execute {
          loop.schedule(after: time - .now) {
            self.state.withLock { self.flush(channel, interval, &$0) }
          }
        }
      }
    }
  }

  private func flush(_ channel: String, _ interval: Duration, _ state: inout State) {
    guard let event = state.pacers[channel]?.flush() else { return }
    emit(event, channel, interval, &state)
  }

  private func emit(
    _ event: @escaping @Sendable () -> Event, _ channel: String, _ interval: Duration,
    _ state: inout State
  ) {
    if state.shards.isEmpty { return state.keep(event, channel) }
    let slowest = state.shards.lazy.map(\.broadcastTime).max() ?? .zero
    state.pacers[channel]?.sent(
      at: .now, interval: interval, coalescing: limits.interval(interval, afterBroadcastOf: slowest)
    )
    state.broadcast(Frame(event().bytes, .state(channel: channel)))
  }

  // MARK: Looking in

  /// What was sent since each loop got its first subscriber, by the name of the loop.
  public var statistics: [String: AudienceStatistics] {
    get async {
      var (shards, statistics) = state.withLock { ($0.shards, $0.pastStatistics) }
      for shard in shards {
        statistics[shard.loop.name] = await shard.statistics
      }
      return statistics
    }
  }

  // MARK: Ending

  /// Ends every stream, and each one that comes later; returns when the streams are closed.
  ///
  /// - Parameter last: a last event, such as one that tells the page not to come back. Without it
  ///   browsers come back, each after its own time.
  public func end(_ last: Event? = nil) async {
    let closingBytes = last?.bytes ?? []
    let shards = state.withLock { state in
      state.closingBytes = closingBytes
      // What still waits to go out may hold on to its sender, which may be this audience.
      state.pacers = [:]
      state.kept = []
      return state.shards
    }
    for shard in shards { await shard.end(closingBytes) }
  }
}
