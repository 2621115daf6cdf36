import EventLoop
public import HTTPServer
import Synchronization

/// Everyone who watches the same stream.
///
/// A screen joins after `sseSetup` and leaves by itself when its peer does. While it waits it is an
/// entry in an array: no task, no buffer. Whoever sends encodes once and never waits; a screen that
/// is behind keeps the rest of the frame it is in and then skips to the newest state.
///
/// All methods may be called from any thread.
public final class Audience: Sendable {
  public let limits: AudienceLimits
  /// The name of the event that tells how many are connected; `nil` keeps it quiet.
  let presenceEvent: String?
  let heartbeat: [UInt8]
  private let state = Mutex(State())
  private let screens = Atomic<Int>(0)
  /// How long the slowest loop took for its last broadcast, in nanoseconds.
  private let slowestBroadcast = Atomic<Int64>(0)

  fileprivate struct State {
    var shards: [Shard] = []
    /// The newest frame of every state, for screens that come to a loop where no shard is yet.
    var newest: [String: Frame] = [:]
    var pacers: [String: Pacer<@Sendable () -> Event>] = [:]
    var sequence: UInt64 = 0
    var isEnded = false
  }

  /// - Parameters:
  ///   - heartbeat: what is said after a silence. A comment finds dead peers; an event can also be
  ///     seen by a script that watches over its connection.
  ///   - presenceEvent: the name of an event `{"connected":N}`, sent when screens come and go.
  public init(
    limits: AudienceLimits = AudienceLimits(), heartbeat: Event? = nil, presenceEvent: String? = nil
  ) {
    self.limits = limits
    self.heartbeat = heartbeat?.bytes ?? Event.comment
    self.presenceEvent = presenceEvent
  }

  /// The screens connected now.
  public var count: Int { screens.load(ordering: .relaxed) }

  // MARK: Joining

  /// Hands the stream of a response to this audience. It is first sent the newest of every state.
  ///
  /// The handler's part is over: the connection and the request are forgotten.
  /// - Throws: `ServerSentEventsError.notSetUp` before `sseSetup`; `StreamError.closed` once the
  ///   peer has gone.
  public func join(_ response: Response) throws {
    guard let stream = response.stream, let loop = response.loop else {
      throw ServerSentEventsError.notSetUp
    }
    // A HEAD is answered with the fields alone.
    guard stream.isOpen else { return }
    guard count < limits.screensMax, let shard = shard(on: loop) else {
      try stream.queue(Event.retry(.seconds(Int.random(in: 30...90))))
      return stream.finish()
    }
    shard.assumeJoined(try stream.detach())
  }

  private func shard(on loop: EventLoop) -> Shard? {
    state.withLock { state in
      if state.isEnded { return nil }
      if let shard = state.shards.first(where: { $0.loop === loop }) { return shard }
      let newest = state.newest.values.sorted { $0.sequence < $1.sequence }
      let shard = Shard(of: self, on: loop, newest: newest)
      state.shards.append(shard)
      return shard
    }
  }

  // MARK: Sending

  /// Sends a message to everyone who is connected, in the order of the calls.
  public func send(_ event: Event) {
    state.withLock { $0.broadcast(event, channel: nil) }
  }

  /// Sets a state: everyone gets the newest, those who come later too.
  ///
  /// What changes faster than it may go out, or than a screen can take it, is skipped; the last
  /// change always arrives.
  /// - Parameters:
  ///   - channel: what it is the state of; a newer value replaces an older one of the same channel.
  ///   - interval: the least time between two, `limits.updateInterval` unless told.
  ///   - event: makes the event; called when it goes out, which may be never. It must
  ///     not call the audience.
  public func update(
    _ channel: String, atMostEvery interval: Duration? = nil,
    _ event: @escaping @Sendable () -> Event
  ) {
    state.withLock { state in
      let now = ContinuousClock.now
      switch state.pacers[channel, default: Pacer(now: now)].offer(event, at: now) {
      case .held: break
      case .send(let event): emit(event, channel, interval, &state)
      case .wait(let time):
        guard let loop = state.shards.first?.loop else {
          // Nobody watches, so nobody is sent too much.
          guard let event = state.pacers[channel]?.fire() else { return }
          return emit(event, channel, interval, &state)
        }
        loop.execute {
          loop.schedule(after: time - .now) { self.fire(channel, interval) }
        }
      }
    }
  }

  private func fire(_ channel: String, _ interval: Duration?) {
    state.withLock { state in
      guard let event = state.pacers[channel]?.fire() else { return }
      emit(event, channel, interval, &state)
    }
  }

  private func emit(
    _ event: () -> Event, _ channel: String, _ interval: Duration?, _ state: inout State
  ) {
    let stretched = Duration.nanoseconds(slowestBroadcast.load(ordering: .relaxed))
    let interval = max(
      interval ?? limits.updateInterval, stretched * (1 / limits.broadcastShareMax))
    state.pacers[channel]?.sent(at: .now, interval: interval)
    state.broadcast(event(), channel: channel)
  }

  // MARK: Ending

  /// Ends every stream, and each one that comes later.
  ///
  /// - Parameter last: a last event, such as one that tells the page not to come back. Without it
  ///   browsers come back, each after its own time.
  public func end(_ last: Event? = nil) async {
    let shards = state.withLock { state in
      state.isEnded = true
      return state.shards
    }
    for shard in shards { await shard.end(last?.bytes ?? []) }
  }

  // MARK: What shards report

  func joined() {
    screens.wrappingAdd(1, ordering: .relaxed)
    tellPresence()
  }

  func left() {
    screens.wrappingSubtract(1, ordering: .relaxed)
    tellPresence()
  }

  func broadcastTook(_ time: Duration) {
    let (seconds, attoseconds) = time.components
    slowestBroadcast.store(
      seconds * 1_000_000_000 + attoseconds / 1_000_000_000, ordering: .relaxed)
  }

  private func tellPresence() {
    guard let presenceEvent else { return }
    update(presenceEvent, atMostEvery: limits.presenceInterval) {
      // The name was an event's name before.
      try! Event(#"{"connected":\#(self.count)}"#, name: presenceEvent)
    }
  }
}

extension Audience.State {
  /// Inside the lock, so that every shard gets all frames in the order of their numbers.
  fileprivate mutating func broadcast(_ event: Event, channel: String?) {
    sequence += 1
    let frame = Frame(event.bytes, channel: channel, sequence: sequence)
    if let channel { newest[channel] = frame }
    for shard in shards { shard.post(frame) }
  }
}
