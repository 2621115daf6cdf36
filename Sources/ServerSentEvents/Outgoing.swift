/// What a shard is still to broadcast, and whether its loop is coming for it.
struct Outgoing {
  /// The messages in their order, and one frame of every state.
  private var frames: [Frame] = []
  /// A turn of the loop is scheduled: one entry in its inbox, however much comes.
  private var isScheduled = false
  private var hasSubscribers = false

  /// Without subscribers, states wait for the first one, and nobody hears the rest.
  /// - Returns: whether a turn has to be scheduled.
  mutating func add(_ frame: Frame) -> Bool {
    if hasSubscribers {
      frames.add(frame)
      defer { isScheduled = true }
      return !isScheduled
    }
    if case .state = frame.kind { frames.add(frame) }
    return false
  }

  /// The first subscriber comes.
  /// - Returns: the states that waited for it.
  mutating func open() -> [Frame] {
    hasSubscribers = true
    // What a turn is coming for goes out with that turn.
    return isScheduled ? [] : take()
  }

  /// The last subscriber has left.
  mutating func close() { hasSubscribers = false }

  mutating func take() -> [Frame] {
    defer { frames = [] }
    return frames
  }

  /// A turn is over, in the middle of a broadcast or after one.
  /// - Returns: whether another has to be scheduled.
  mutating func endTurn(isUnfinished: Bool) -> Bool {
    isScheduled = isUnfinished || !frames.isEmpty
    return isScheduled
  }
}
