/// What a shard is still to broadcast, and whether its loop is coming for it.
struct Outgoing {
  /// The messages in their order, and one frame of every state.
  private var frames: [Frame] = []
  /// A turn of the loop is scheduled: one entry in its inbox, however much comes.
  private var isScheduled = false
  private var hasSubscribers = false
  /// The number of the newest message that came while nobody was there to hear it.
  private(set) var unheardThrough = 0

  var isEmpty: Bool { frames.isEmpty }

  /// Without subscribers, states wait for the first one, and nobody hears the rest.
  /// - Returns: whether a turn has to be scheduled.
  mutating func add(_ frame: Frame) -> Bool {
    if hasSubscribers {
      frames.add(frame)
      defer { isScheduled = true }
      return !isScheduled
    }
    if case .state = frame.kind {
      // States of topics that have ended meanwhile would be kept for nobody.
      if frame.topic != nil { frames.removeAll { $0.topic?.isEnded == true } }
      frames.add(frame)
    }
    unheardThrough = max(unheardThrough, frame.number)
    return false
  }

  /// The first subscriber comes.
  /// - Returns: the states that waited for it.
  mutating func open() -> [Frame] {
    hasSubscribers = true
    // What a turn is coming for goes out with that turn.
    if isScheduled { return [] }
    defer { frames = [] }
    return frames.filter { $0.topic?.isEnded != true }
  }

  /// The last subscriber has left. Whoever comes back is given numbered messages by the history.
  mutating func close() {
    hasSubscribers = false
    for frame in frames { unheardThrough = max(unheardThrough, frame.number) }
    frames.removeAll { $0.number > 0 }
  }

  /// Takes what goes to the same subscribers, up to the first frame that goes to others.
  mutating func take() -> [Frame] {
    let topic = frames.first?.topic
    guard let end = frames.firstIndex(where: { $0.topic !== topic }) else {
      defer { frames = [] }
      return frames
    }
    defer { frames.removeFirst(end) }
    return Array(frames[..<end])
  }

  /// A turn is over, in the middle of a broadcast or after one.
  /// - Returns: whether another has to be scheduled.
  mutating func endTurn(isUnfinished: Bool) -> Bool {
    isScheduled = isUnfinished || !frames.isEmpty
    return isScheduled
  }
}
