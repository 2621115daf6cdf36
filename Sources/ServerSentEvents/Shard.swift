import EventLoop
import HTTPServer

/// The part of an audience whose screens live on one loop. It runs on that loop.
actor Shard: DescriptorOwner {
  nonisolated let loop: EventLoop
  private let audience: Audience
  private let limits: AudienceLimits
  /// By descriptor number.
  private var screens: [Screen?] = []
  private var count = 0
  /// The newest frame of every state, for newcomers, in the order of their numbers.
  private var newest: [Frame]
  /// Frames that are being sent, or wait for the one before them.
  private var outgoing: [Frame] = []
  private var cursor = 0
  private var spent: Duration = .zero
  private let started = ContinuousClock.now
  private var lastSaid = ContinuousClock.now
  private var tick: TimerID?

  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  init(of audience: Audience, on loop: EventLoop, newest: [Frame]) {
    self.audience = audience
    self.limits = audience.limits
    self.loop = loop
    self.newest = newest
  }

  // MARK: Screens come and go

  /// Takes a stream over. On this shard's loop.
  nonisolated func assumeJoined(_ stream: consuming DetachedStream) {
    var stream = Optional(stream)
    assumeIsolated { shard in
      if let stream = stream.take() { shard.add(stream) }
    }
  }

  private func add(_ stream: consuming DetachedStream) {
    var first = stream.unsent[...]
    for frame in newest { first += frame.bytes(isChunked: stream.isChunked) }
    let key = Int(stream.key)
    let screen = Screen(stream, endsAt: seconds + anyAge)
    do {
      try screen.stream.watch(on: loop, for: .readable, owner: self)
    } catch {
      return
    }
    while screens.count <= key { screens.append(nil) }
    screens[key] = screen
    count += 1
    screen.sequence = newest.last?.sequence ?? 0
    audience.joined()
    settle(screen, screen.send(first, deadline: .now + limits.writeTime))
    startTicking()
  }

  private func remove(_ screen: Screen) {
    screen.stream.unwatch(on: loop)
    screens[Int(screen.stream.key)] = nil
    count -= 1
    audience.left()
  }

  nonisolated func ready(_ descriptor: Int32, _ readiness: Readiness) {
    assumeIsolated { shard in
      guard let screen = shard.screens[Int(descriptor)] else { return }
      shard.ready(screen, readiness)
    }
  }

  private func ready(_ screen: Screen, _ readiness: Readiness) {
    // A browser that ends its side has left: nobody half-closes an event stream and reads on.
    if readiness.contains(.gone) || readiness.contains(.peerFinished) { return remove(screen) }
    if readiness.contains(.readable), !isSilent(screen) { return remove(screen) }
    if readiness.contains(.writable) {
      settle(screen, screen.catchUp(deadline: .now + limits.writeTime))
    }
  }

  /// A screen has nothing to say. One that talks on is no event stream's client.
  private func isSilent(_ screen: Screen) -> Bool {
    var byte: UInt8 = 0
    do {
      return try withUnsafeMutableBytes(of: &byte) { try screen.stream.receive(into: $0) } == nil
    } catch {
      return false
    }
  }

  private func settle(_ screen: Screen, _ outcome: Screen.Outcome) {
    do {
      switch outcome {
      case .upToDate: try screen.stream.setInterest(.readable, on: loop)
      case .behind: try screen.stream.setInterest([.readable, .writable], on: loop)
      case .gone: remove(screen)
      }
    } catch {
      remove(screen)
    }
  }

  // MARK: Broadcasting

  /// Sends the frame to every screen; callable from any thread, in the order of the frames.
  nonisolated func post(_ frame: Frame) {
    loop.execute { self.assumeIsolated { $0.enqueue(frame) } }
  }

  private func enqueue(_ frame: Frame) {
    if let channel = frame.channel {
      newest.removeAll { $0.channel == channel }
      newest.append(frame)
    }
    outgoing.append(frame)
    if outgoing.count == 1 { broadcastSlice() }
  }

  /// Screens served in one turn of the loop, so that a vote never waits for a whole broadcast.
  private static let sliceMax = 256

  private func broadcastSlice() {
    guard let frame = outgoing.first else { return }
    let start = ContinuousClock.now
    lastSaid = start
    let chunked = frame.bytes(isChunked: true)
    var left = Self.sliceMax
    while cursor < screens.count, left > 0 {
      defer { cursor += 1 }
      guard let screen = screens[cursor], screen.sequence < frame.sequence else { continue }
      left -= 1
      screen.sequence = frame.sequence
      if let backlog = screen.backlog {
        if !screen.hold(frame, in: backlog, messagesMax: limits.messagesWaitingMax) {
          remove(screen)
        }
        continue
      }
      let bytes = screen.stream.isChunked ? chunked : frame.bytes(isChunked: false)
      let outcome = screen.send(bytes, deadline: start + limits.writeTime)
      if case .upToDate = outcome { continue }
      settle(screen, outcome)
    }
    spent += .now - start
    if cursor == screens.count { finishBroadcast() }
    if !outgoing.isEmpty { loop.execute { self.assumeIsolated { $0.broadcastSlice() } } }
  }

  private func finishBroadcast() {
    audience.broadcastTook(spent)
    outgoing.removeFirst()
    cursor = 0
    spent = .zero
  }

  // MARK: Time

  private var seconds: UInt32 {
    UInt32(clamping: (ContinuousClock.now - started).components.seconds)
  }

  private var anyAge: UInt32 {
    let age = Double(limits.ageMax.components.seconds)
    return UInt32(clamping: Int(age * Double.random(in: 0.75...1.25)))
  }

  /// One timer for heartbeats, deadlines and ages; none while nobody watches.
  private func startTicking() {
    guard tick == nil else { return }
    let interval = min(limits.heartbeatInterval, limits.writeTime / 4, .seconds(1))
    tick = loop.schedule(after: interval) { self.look() }
  }

  private func look() {
    tick = nil
    if count == 0 { return }
    let now = ContinuousClock.now
    let seconds = self.seconds
    for screen in screens {
      guard let screen else { continue }
      if let backlog = screen.backlog, backlog.deadline <= now {
        remove(screen)
      } else if screen.endsAt <= seconds {
        end(screen, [])
      }
    }
    if now - lastSaid >= limits.heartbeatInterval { beat() }
    startTicking()
  }

  /// A heartbeat is no frame: it has no number, is not kept, and a screen that is behind needs none.
  private func beat() {
    lastSaid = .now
    let chunked = Chunk.framed(audience.heartbeat)[...]
    for screen in screens {
      guard let screen, screen.backlog == nil else { continue }
      let bytes = screen.stream.isChunked ? chunked : audience.heartbeat[...]
      settle(screen, screen.send(bytes, deadline: .now + limits.writeTime))
    }
  }

  // MARK: Ending

  /// Ends every stream, each with a time of its own to come back after.
  func end(_ last: [UInt8]) {
    for screen in screens {
      if let screen { end(screen, last) }
    }
    if let tick { loop.cancel(tick) }
    tick = nil
  }

  private func end(_ screen: Screen, _ last: [UInt8]) {
    if screen.backlog == nil {
      let bytes = Event.retry(.milliseconds(Int.random(in: 1000...6000))) + last
      let isChunked = screen.stream.isChunked
      // It leaves whether or not it hears this.
      _ = screen.send(
        (isChunked ? Chunk.framed(bytes) + Chunk.last : bytes)[...], deadline: .now)
    }
    remove(screen)
  }
}
