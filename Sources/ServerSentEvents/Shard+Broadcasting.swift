import EventLoop
import HTTPServer
import Synchronization

extension Shard {
  /// Sends the frame to every subscriber it is for; callable from any thread, in the order of the
  /// frames. What comes before the loop does, for the same ones, goes out as one write.
  nonisolated func enqueue(_ frame: Frame) {
    if outgoing.withLock({ $0.add(frame) }) { scheduleTurn() }
  }

  private nonisolated func scheduleTurn() {
    loop.execute { self.assumeIsolated { $0.broadcastSlice() } }
  }

  /// Subscribers served in one turn of the loop, so that a vote never waits for a whole broadcast.
  private static var maxSlice: Int { 256 }

  func broadcastSlice() {
    var pass = self.pass.take() ?? nextPass()
    let start = loop.now
    let deadline = start + limits.writeTimeout
    var left = Self.maxSlice
    let end = pass.topic.map { topics[ObjectIdentifier($0)]?.keys.count ?? 0 }
    while pass.cursor < end ?? subscribers.count, left > 0 {
      defer { pass.cursor += 1 }
      guard let subscriber = subscriber(at: pass.cursor, of: pass.topic) else { continue }
      left -= 1
      serve(subscriber, pass, deadline)
    }
    let now = loop.now
    // Who follows another topic has heard nothing.
    if pass.topic == nil { quietSince = now }
    pass.busyTime += now - start
    if pass.cursor < end ?? subscribers.count {
      self.pass = pass
    } else {
      broadcastNanoseconds.store(pass.busyTime.nanoseconds, ordering: .relaxed)
      counted.broadcasts += 1
      counted.broadcastTime += pass.busyTime
    }
    let isUnfinished = self.pass != nil
    if outgoing.withLock({ $0.endTurn(isUnfinished: isUnfinished) }) { scheduleTurn() }
  }

  /// Whether there is something that has not gone out to all.
  var hasOutgoing: Bool { pass != nil || outgoing.withLock { !$0.isEmpty } }

  private func nextPass() -> BroadcastPass {
    newcomers.removeAll(keepingCapacity: true)
    let pass = BroadcastPass(outgoing.withLock { $0.take() })
    for frame in pass.frames { keep(frame) }
    return pass
  }

  /// Notes what newcomers need not be sent again, and what they have to be.
  func keep(_ frame: Frame) {
    messagesThrough = max(messagesThrough, frame.number)
    guard case .state = frame.kind else { return }
    guard let topic = frame.topic else { return newest.add(frame) }
    topics[ObjectIdentifier(topic), default: TopicMembers(topic)].newest.add(frame)
  }

  /// Who has this place in a pass, if the pass is for them.
  private func subscriber(at cursor: Int, of topic: Topic?) -> Subscriber? {
    var key = cursor
    if let topic {
      guard let member = topics[ObjectIdentifier(topic)]?.keys[cursor] else { return nil }
      key = member
    }
    return newcomers.isEmpty || !newcomers.contains(key) ? subscribers[key] : nil
  }

  private func serve(_ subscriber: Subscriber, _ pass: BroadcastPass, _ deadline: Instant) {
    if let backlog = subscriber.backlog {
      counted.coalesced += backlog.keep(pass.frames)
      return limitBacklog(backlog, of: subscriber)
    }
    let bytes = pass.bytes(isChunked: subscriber.stream.isChunked)
    // A state was taken back, and nothing said in its place.
    if bytes.isEmpty { return }
    let outcome = subscriber.send(bytes, deadline: deadline, sent: &counted.bytes)
    if case .upToDate = outcome {
      counted.deliveries += 1
    } else {
      updateInterest(of: subscriber, outcome)
    }
  }

  private func limitBacklog(_ backlog: Subscriber.Backlog, of subscriber: Subscriber) {
    if backlog.messageCount >= limits.maxWaitingMessages {
      overfull.insert(Int(subscriber.stream.key))
    }
    guard backlog.messageCount > limits.maxWaitingMessages else { return }
    switch limits.whenBehind {
    case .disconnect: disconnectSlow(subscriber)
    case .dropOldest: counted.dropped += backlog.dropMessages(beyond: limits.maxWaitingMessages)
    }
  }

  func catchUp(_ subscriber: Subscriber) {
    let outcome = subscriber.catchUp(
      deadline: loop.now + limits.writeTimeout, sent: &counted.bytes)
    if case .upToDate = outcome { counted.deliveries += 1 }
    if subscriber.backlog.map({ $0.messageCount < limits.maxWaitingMessages }) ?? true {
      hasRoom(Int(subscriber.stream.key))
    }
    updateInterest(of: subscriber, outcome)
  }
}

extension Duration {
  fileprivate var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
