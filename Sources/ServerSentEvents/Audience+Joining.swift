import EventLoop
public import HTTPServer
import Synchronization

extension Audience {
  /// Hands the stream of a response to this audience, on the response's own loop. It is sent the
  /// newest of every state, and everything that is sent from now on.
  ///
  /// The handler's part is over: the connection and the request are forgotten. Where nobody listens
  /// (the peer has gone, asked with HEAD, or was handed over before) nothing happens.
  ///
  /// With a history, one that comes back is sent what it missed before all that is sent from now on,
  /// in order and once. Where some of it is not there any more, or the id is none of this audience's
  /// (a server that was started again, another stream, nonsense), an event named `gap` with the data
  /// `{}` comes first: a page does best to load anew what it shows. One without an id is sent an
  /// event `position` first, which nobody has to listen to: its id is what the browser comes back
  /// with where no message has come meanwhile.
  /// - Parameters:
  ///   - response: one that `sseSetup` has opened.
  ///   - event: for this subscriber alone, before anything else but a `gap` or a `position`.
  ///   - group: counts it there too; one that there is not is none.
  ///   - topics: what it follows beside what is for everyone. A topic is there once it is followed,
  ///     and goes after its last subscriber (`AudienceLimits.topicLinger`).
  ///   - lastEventID: the request's; nothing without a history. See `Request.lastEventID`.
  /// - Throws: `ServerSentEventsError.notSetUp` before `sseSetup`; `.otherLoop` for a response of a
  ///   loop that is not one of `loops`; `.tooManyTopics` and `.topicTooLong` by the limits, which a
  ///   handler that takes topics from a request looks at before `sseSetup`, to answer with 400.
  public func join(
    _ response: Response, first event: Event? = nil, group: String? = nil, topics: [String] = [],
    after lastEventID: String? = nil
  ) throws {
    guard let stream = response.stream, let loop = response.loop else {
      throw ServerSentEventsError.notSetUp
    }
    guard let shard = shards.first(where: { $0.loop === loop }) else {
      throw ServerSentEventsError.otherLoop
    }
    let topics = try checked(topics)
    guard stream.isOpen else { return }
    let detached = try stream.detach()
    let group = group.flatMap(groups.firstIndex).map(UInt8.init)
    switch admit(group, topics) {
    case .admitted(let topics):
      let newcomer = Shard.Newcomer(
        first: keepsHistory ? event?.with(id: nil) : event, group: group, topics: topics,
        lastEventID: lastEventID)
      shard.assumeJoined(detached, as: newcomer, of: self)
      sendPresence()
    case .full(let isNews):
      detached.finish(with: retryLine(limits.retryWhenFull) + fullBytes, unsent: detached.unsent)
      shard.assumeRefused()
      if isNews {
        log("\(limits.maxSubscribers) event streams are open, and more are told to come back later")
      }
    case .ended(let last, let retry):
      detached.finish(with: retryLine(retry) + last, unsent: detached.unsent)
    }
  }

  /// Each once, in order.
  private func checked(_ topics: [String]) throws(ServerSentEventsError) -> [String] {
    if topics.isEmpty { return [] }
    var seen: Set<String> = []
    let topics = topics.filter { seen.insert($0).inserted }
    if topics.count > limits.maxTopicsPerSubscriber {
      throw .tooManyTopics(max: limits.maxTopicsPerSubscriber)
    }
    if topics.contains(where: { $0.utf8.count > limits.maxTopicBytes }) {
      throw .topicTooLong(maxBytes: limits.maxTopicBytes)
    }
    return topics
  }

  private enum Admission {
    case admitted([Topic])
    /// There is no place, and for the first time in a while.
    case full(isNews: Bool)
    /// With the last event, and when to come back.
    case ended([UInt8], ClosedRange<Duration>)
  }

  private func admit(_ group: UInt8?, _ topics: [String]) -> Admission {
    state.withLock { state in
      if let closingBytes = state.closingBytes { return .ended(closingBytes, state.closingRetry) }
      guard count < limits.maxSubscribers, let topics = state.follow(topics) else {
        let now = clock.now
        let isNews = state.fullLogged.map { now - $0 >= Self.fullLogInterval } ?? true
        if isNews { state.fullLogged = now }
        return .full(isNews: isNews)
      }
      subscriberCount.wrappingAdd(1, ordering: .relaxed)
      if let group { groupCounts.withLock { $0[Int(group)] += 1 } }
      return .admitted(topics)
    }
  }

  private static var fullLogInterval: Duration { .seconds(60) }

  private func retryLine(_ range: ClosedRange<Duration>) -> [UInt8] {
    Event.retryLine(.random(in: range))
  }

  /// What one that comes is told first. Called by the shard it joins.
  /// - Parameter number: of the newest message that it will not be sent otherwise.
  func missed(
    since position: Position, by newcomer: Shard.Newcomer, through number: Int
  ) -> MissedMessages {
    state.withLock {
      $0.missed(since: position, topics: newcomer.topics.map(\.name), through: number)
    }
  }

  /// Called by the shard whose subscriber has left.
  func didRemoveSubscriber(group: UInt8?, topics: [Topic]) {
    subscriberCount.wrappingSubtract(1, ordering: .relaxed)
    if let group { groupCounts.withLock { $0[Int(group)] -= 1 } }
    for topic in topics where state.withLock({ $0.unfollow(topic, at: clock.now) }) {
      endIfIdle(topic, after: limits.topicLinger)
    }
    sendPresence()
  }

  private func endIfIdle(_ topic: Topic, after time: Duration) {
    let loop = shards[0].loop
    loop.execute { [weak self] in
      loop.schedule(after: time) {
        guard let self else { return }
        let left = self.state.withLock { $0.endIfIdle(topic, at: self.clock.now) }
        if let left { self.endIfIdle(topic, after: left) }
      }
    }
  }

  func sendPresence() {
    guard let presenceEvent else { return }
    // Kept by a shard, it must not keep the audience.
    update(presenceEvent, atMostEvery: limits.presenceInterval) { [weak self] in
      // Whether it can be a name was looked at in `init`.
      try! Event(self?.presence ?? "{}", name: presenceEvent)
    }
  }

  private var presence: String {
    let members = groups.map { ",\"\($0)\":\(countEverywhere(of: $0))" }
    return "{\"connected\":\(countEverywhere)\(members.joined())}"
  }
}
