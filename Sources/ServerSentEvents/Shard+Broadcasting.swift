import EventLoop
import HTTPServer
import Platform
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
    let end = pass.topic.map { topics[ObjectIdentifier($0)]?.seats.count ?? 0 }
    while pass.cursor < end ?? seats.count, left > 0 {
      defer { pass.cursor += 1 }
      guard let seat = seat(at: pass.cursor, of: pass.topic), !seat.isNew else { continue }
      left -= 1
      serve(seat, pass, deadline)
    }
    let now = loop.now
    // Who follows another topic has heard nothing.
    if pass.topic == nil { quietSince = now }
    pass.busyTime += now - start
    if pass.cursor < end ?? seats.count {
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
    seats.admitNewcomers()
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

  /// The seat that has this place in a pass.
  private func seat(at cursor: Int, of topic: Topic?) -> Seats.Seat? {
    guard let topic else { return seats[cursor] }
    return topics[ObjectIdentifier(topic)]?.seats[cursor].flatMap { seats[$0] }
  }

  /// Who is up to date, as nearly all are, is served without a look at more than the seat.
  private func serve(_ seat: Seats.Seat, _ pass: BroadcastPass, _ deadline: Instant) {
    if seat.isBehind { return hold(pass.frames, for: subscriber(in: seat)) }
    let bytes = pass.bytes(isChunked: seat.isChunked)
    // A state was taken back, and nothing said in its place.
    if bytes.isEmpty { return }
    do throws(SystemError) {
      let count = try seat.socket.send(bytes)
      counted.bytes += count
      if count == bytes.count {
        counted.deliveries += 1
      } else {
        let subscriber = subscriber(in: seat)
        updateInterest(
          of: subscriber, subscriber.fallBehind(with: bytes.dropFirst(count), deadline: deadline))
      }
    } catch {
      updateInterest(of: subscriber(in: seat), .closed)
    }
  }

  private func hold(_ frames: [Frame], for subscriber: Subscriber) {
    guard let backlog = subscriber.backlog else { preconditionFailure("nobody else is behind") }
    counted.coalesced += backlog.keep(frames)
    limitBacklog(backlog, of: subscriber)
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
