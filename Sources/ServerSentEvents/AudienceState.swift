import EventLoop

/// What an audience knows of everyone, or of one topic.
struct TopicState {
  /// `nil` for everyone.
  let topic: Topic?
  /// Of those that follow it; not kept for everyone.
  var count = 0
  /// Since when nobody has followed it.
  var idleSince: Instant?
  var isEndScheduled = false
  /// By channel.
  var pacers: [String: Pacer<@Sendable () -> Event>] = [:]
  var history: History?

  init(_ topic: Topic?, history: History?) {
    self.topic = topic
    self.history = history
  }
}

/// What an audience keeps inside its lock.
struct AudienceState {
  private(set) var everyone: TopicState
  /// By name; there is one from its first subscriber on.
  private(set) var topics: [String: TopicState] = [:]
  /// Of the newest message, where there is a history.
  private(set) var lastNumber = 0
  /// When the log was last told that there is no place.
  var fullLogged: Instant?
  /// Once ended: the last event for whoever comes later.
  private(set) var closingBytes: [UInt8]?
  /// When they come back.
  private(set) var closingRetry: ClosedRange<Duration>
  /// As many messages are kept.
  private let historyCount: Int
  private let limits: AudienceLimits

  init(historyCount: Int, limits: AudienceLimits) {
    self.historyCount = historyCount
    self.limits = limits
    closingRetry = limits.retryWhenEnded
    everyone = TopicState(nil, history: nil)
    everyone.history = makeHistory()
  }

  var keepsHistory: Bool { historyCount > 0 }

  private func makeHistory() -> History? {
    historyCount > 0
      ? History(maxCount: historyCount, maxBytes: limits.maxHistoryBytes, after: lastNumber) : nil
  }

  /// Changes what is known of everyone, or of the topic of this name.
  /// - Returns: `nil` where there is no such topic.
  mutating func change<Result>(
    _ name: String?, _ body: (inout TopicState) -> Result
  ) -> Result? {
    guard let name else { return body(&everyone) }
    guard topics[name] != nil else { return nil }
    return body(&topics[name]!)
  }

  mutating func takeNumber() -> Int {
    lastNumber += 1
    return lastNumber
  }

  /// Lets go of all but what whoever comes later is told. What still waits to go out may hold on to
  /// its sender, which may be the audience.
  mutating func end(_ bytes: [UInt8], _ retry: ClosedRange<Duration>) {
    closingBytes = bytes
    closingRetry = retry
    everyone = TopicState(nil, history: nil)
    for topic in topics.values { topic.topic?.end() }
    topics = [:]
  }

  // MARK: Topics

  /// One more follows the topics of these names; those that there are not are made.
  /// - Returns: `nil` where there is no place for them, and then nothing has changed.
  mutating func follow(_ names: [String]) -> [Topic]? {
    let new = names.count { topics[$0] == nil }
    while topics.count + new > limits.maxTopics {
      guard endLongestIdle(but: names) else { return nil }
    }
    return names.map { name in
      var state =
        topics.removeValue(forKey: name) ?? TopicState(Topic(name), history: makeHistory())
      state.count += 1
      state.idleSince = nil
      topics[name] = state
      return state.topic!
    }
  }

  private mutating func endLongestIdle(but names: [String]) -> Bool {
    let idle = topics.filter { $0.value.idleSince != nil && !names.contains($0.key) }
    guard let oldest = idle.min(by: { $0.value.idleSince! < $1.value.idleSince! }) else {
      return false
    }
    endTopic(oldest.key)
    return true
  }

  /// One less follows it.
  /// - Returns: whether the topic is to be looked at again after `AudienceLimits.topicLinger`.
  mutating func unfollow(_ topic: Topic, at now: Instant) -> Bool {
    guard topics[topic.name]?.topic === topic else { return false }
    let left = change(topic.name) { state in
      state.count -= 1
      if state.count == 0 { state.idleSince = now }
      return state.count
    }
    guard left == 0 else { return false }
    guard keepsHistory, limits.topicLinger > .zero else {
      endTopic(topic.name)
      return false
    }
    return change(topic.name) { state in
      defer { state.isEndScheduled = true }
      return !state.isEndScheduled
    } ?? false
  }

  /// Ends the topic if nobody has followed it for long enough.
  /// - Returns: how long it has to be waited for that, if anybody has left.
  mutating func endIfIdle(_ topic: Topic, at now: Instant) -> Duration? {
    guard let state = topics[topic.name], state.topic === topic else { return nil }
    let left = state.idleSince.map { limits.topicLinger - (now - $0) }
    if let left, left > .zero { return left }
    if left != nil { endTopic(topic.name) }
    _ = change(topic.name) { $0.isEndScheduled = false }
    return nil
  }

  private mutating func endTopic(_ name: String) {
    topics.removeValue(forKey: name)?.topic?.end()
  }
}

extension AudienceState {
  /// What one that comes has to be told first.
  /// - Parameters:
  ///   - position: what it heard last.
  ///   - names: of the topics it follows.
  ///   - number: of the newest message that it will not be sent otherwise.
  func missed(since position: Position, topics names: [String], through number: Int)
    -> MissedMessages
  {
    guard case .number(let last) = position, last <= lastNumber else {
      return MissedMessages(after: number, isGap: position != .newcomer)
    }
    var missed = MissedMessages(after: last, isGap: false)
    for case let history? in [everyone.history] + names.map({ topics[$0]?.history }) {
      if history.lostThrough > last { missed.isGap = true }
      missed.after = max(missed.after, history.lostThrough)
      guard last < number else { continue }
      let frames = history.frames(in: last + 1...number)
      missed.frames = missed.frames.isEmpty ? frames : missed.frames + frames
    }
    // Those of one history are in order.
    if !names.isEmpty { missed.frames.sort { $0.number < $1.number } }
    return missed
  }
}

/// What a subscriber heard last.
enum Position: Equatable {
  /// It comes for the first time.
  case newcomer
  /// Messages up to this one.
  case number(Int)
  /// Something else than messages of this audience.
  case unknown
}

/// What a subscriber did not hear.
struct MissedMessages {
  /// The number that they come after.
  fileprivate(set) var after: Int
  /// In order.
  fileprivate(set) var frames: ArraySlice<Frame> = []
  /// There were others, or may have been, that are not there any more.
  fileprivate(set) var isGap: Bool

  fileprivate init(after number: Int, isGap: Bool) {
    after = number
    self.isGap = isGap
  }
}
