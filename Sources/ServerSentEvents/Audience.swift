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
  /// As they were given; they do not change.
  public let limits: AudienceLimits
  /// One for every loop.
  let shards: [Shard]
  let fullBytes: [UInt8]
  let presenceEvent: String?
  let groups: [String]
  let log: Log
  let state: Mutex<AudienceState>
  let ids = MessageID()
  private let historyCount: Int
  /// Added to inside the lock, so that the limit is exact.
  let subscriberCount = Atomic<Int>(0)
  /// The subscribers of every group. A lock of its own: events are made inside that of the state.
  let groupCounts: Mutex<[Int]>
  /// Said by `setElsewhere`.
  let elsewhere = Mutex(Elsewhere())

  /// An audience that nobody follows yet.
  /// - Parameters:
  ///   - loops: those whose responses may join, at least one; an empty list traps. The clock of the
  ///     first paces all states.
  ///   - limits: its limits and times, from now on.
  ///   - heartbeat: what is sent after a silence; default: a comment, which finds dead peers. An
  ///     event can also be seen by a script that watches over its connection.
  ///   - fullEvent: what whoever finds no place is told, beside when to come back; default:
  ///     nothing. Clients that take a `retry` with an event only learn of it by this.
  ///   - presenceEvent: the name of an event `{"connected":N}`, sent when subscribers come and go;
  ///     those of `setElsewhere` are in it.
  ///     The channel of that name is taken then. A name that no event can have traps.
  ///   - groups: of subscribers that are counted apart too, at most 255; the presence event has the
  ///     count of each under its name.
  ///   - history: as many messages are kept, everyone's and each topic's, for browsers that come
  ///     back; 0 keeps none and costs nothing. With a history messages have ids of the audience's
  ///     own, `<epoch>-<number>`; an id of the sender's, or of a state, is left out.
  ///   - log: told that there are too many streams, once a minute at most.
  public init(
    on loops: [EventLoop], limits: AudienceLimits = AudienceLimits(), heartbeat: Event? = nil,
    fullEvent: Event? = nil, presenceEvent: String? = nil, groups: [String] = [],
    history: Int = 0, log: Log = .silent
  ) {
    precondition(!loops.isEmpty, "an audience needs a loop")
    historyCount = history
    state = Mutex(AudienceState(historyCount: history, limits: limits))
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

  /// Whether messages are numbered, and kept for those who come back.
  var keepsHistory: Bool { historyCount > 0 }

  /// The loops whose responses may join.
  public var loops: [EventLoop] { shards.map(\.loop) }

  /// The subscribers connected now.
  public var count: Int { subscriberCount.load(ordering: .relaxed) }

  /// The subscribers connected now that joined in this group; 0 for one that there is not.
  public func count(of group: String) -> Int {
    groups.firstIndex(of: group).map { index in groupCounts.withLock { $0[index] } } ?? 0
  }

  /// The subscribers connected now that follow this topic.
  public func count(ofTopic name: String) -> Int {
    state.withLock { $0.topics[name]?.count ?? 0 }
  }

  /// The topics that somebody follows, or that are kept for those who come back, in no order.
  public var topics: [String] { state.withLock { Array($0.topics.keys) } }

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
  /// - Parameters:
  ///   - last: a last event, such as one that tells the page not to come back. Without it browsers
  ///     come back, each after its own time.
  ///   - retry: a random time in this range for each; default: `limits.retryWhenEnded`. Where other
  ///     servers take them in at once, a shorter one.
  public func end(_ last: Event? = nil, retry: ClosedRange<Duration>? = nil) async {
    let closingBytes = last?.bytes ?? []
    let retry = retry ?? limits.retryWhenEnded
    state.withLock { $0.end(closingBytes, retry) }
    for shard in shards { await shard.end(closingBytes, retry) }
  }
}
