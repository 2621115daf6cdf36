import EventLoop
import Synchronization

extension Audience {
  /// Sends a message to everyone who is connected, or to all that follow a topic, in the order of
  /// the calls. Never waits.
  ///
  /// A subscriber that is behind keeps `limits.maxWaitingMessages` of them; what becomes of more,
  /// `limits.whenBehind` says. How many are sent is in the caller's hands; see `sendWhenReady`.
  /// - Parameters:
  ///   - event: with a history, its id gives way to the audience's own.
  ///   - topic: one that nobody follows hears nothing, and keeps nothing; default: everyone.
  public func send(_ event: Event, to topic: String? = nil) {
    let frame = state.withLock { state -> Frame? in
      guard state.closingBytes == nil else { return nil }
      let number = state.keepsHistory ? state.takeNumber() : 0
      let frame = state.change(topic) { topic in
        let frame = Frame(.message, topic: topic.topic, number: number) { [ids] in
          number == 0 ? event : event.with(id: ids.text(number))
        }
        topic.history?.add(frame)
        return frame
      }
      if let frame { broadcast(frame) }
      return frame
    }
    // Encoded outside the lock, unless a loop was faster.
    frame?.make()
  }

  /// Sends a message once everybody has room for it: while `limits.maxWaitingMessages` wait for
  /// anybody, it waits too. One that takes nothing is disconnected after `limits.writeTimeout`, so
  /// that it waits no longer than that, more or less.
  /// - Throws: `CancellationError` where the task is cancelled meanwhile; the message is not sent.
  public func sendWhenReady(_ event: Event, to topic: String? = nil) async throws {
    for shard in shards { await shard.waitForRoom() }
    try Task.checkCancellation()
    send(event, to: topic)
  }

  /// Sets a state: everyone gets the newest, those who come later too.
  ///
  /// What changes faster than it may go out, or than a subscriber can take it, is skipped; the last
  /// change always arrives. It has no place among the messages: for one that is behind it may come
  /// earlier or later than they.
  /// - Parameters:
  ///   - channel: what it is the state of; a newer value replaces an older one of the same channel.
  ///     A channel is never forgotten: name it in the program, not in a request.
  ///   - topic: whose it is; default: everyone's. One that nobody follows keeps nothing.
  ///   - interval: the least time between two; default: `limits.updateInterval`.
  ///   - event: makes the event; called when it goes out, on any thread, and never while nobody is
  ///     there. It must not call the audience, but for `count`.
  public func update(
    _ channel: String, to topic: String? = nil, atMostEvery interval: Duration? = nil,
    _ event: @escaping @Sendable () -> Event
  ) {
    let interval = interval ?? limits.updateInterval
    // The last id that a browser knows has to be a message's.
    let made = keepsHistory ? { @Sendable () -> Event in event().with(id: nil) } : event
    state.withLock { state in
      guard state.closingBytes == nil else { return }
      _ = state.change(topic) { topic in
        submit(made, on: channel, atMostEvery: interval, &topic)
      }
    }
  }

  private func submit(
    _ event: @escaping @Sendable () -> Event, on channel: String, atMostEvery interval: Duration,
    _ topic: inout TopicState
  ) {
    if topic.topic == nil ? count == 0 : topic.count == 0 {
      // Nobody is there, so nobody is sent too much; who comes makes the event.
      topic.pacers[channel]?.discard()
      return broadcast(Frame(.state(channel: channel), topic: topic.topic, making: event))
    }
    let now = clock.now
    switch topic.pacers[channel, default: Pacer(now: now)].submit(event, at: now) {
    case .pending: break
    case .send(let event): send(event, on: channel, atMostEvery: interval, &topic)
    case .wait(let time):
      scheduleFlush(of: channel, topic.topic, at: time, atMostEvery: interval)
    }
  }

  /// Takes a state back: nobody who comes later gets it, nor anything of it that still waits to go
  /// out. Who has it keeps it.
  public func withdraw(_ channel: String, from topic: String? = nil) {
    state.withLock { state in
      guard state.closingBytes == nil else { return }
      _ = state.change(topic) { topic in
        topic.pacers[channel]?.discard()
        broadcast(Frame([], .state(channel: channel), topic: topic.topic))
      }
    }
  }

  private func scheduleFlush(
    of channel: String, _ topic: Topic?, at time: Instant, atMostEvery interval: Duration
  ) {
    let loop = shards[0].loop
    loop.execute { [weak self] in
      loop.schedule(after: time - loop.now) {
        self?.flush(channel, topic, atMostEvery: interval)
      }
    }
  }

  private func flush(_ channel: String, _ topic: Topic?, atMostEvery interval: Duration) {
    state.withLock { state in
      _ = state.change(topic?.name) { state in
        // One of the same name may have come after it.
        guard state.topic === topic, let event = state.pacers[channel]?.flush() else { return }
        send(event, on: channel, atMostEvery: interval, &state)
      }
    }
  }

  private func send(
    _ event: @escaping @Sendable () -> Event, on channel: String, atMostEvery interval: Duration,
    _ topic: inout TopicState
  ) {
    let slowest = shards.lazy.map(\.broadcastTime).max() ?? .zero
    topic.pacers[channel]?.sent(
      at: clock.now, interval: interval,
      coalescing: limits.interval(interval, afterBroadcastOf: slowest))
    let frame = Frame(.state(channel: channel), topic: topic.topic, making: event)
    // Made here and now, so that what is made later is newer on every loop.
    frame.make()
    broadcast(frame)
  }

  /// Inside the lock, so that every shard is given the same order.
  private func broadcast(_ frame: Frame) {
    for shard in shards { shard.enqueue(frame) }
  }

  var clock: LoopClock { shards[0].loop.clock }
}
