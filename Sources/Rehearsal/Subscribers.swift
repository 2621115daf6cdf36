import EventLoop
import Platform

/// All the event streams of this process, on one loop.
actor Subscribers: Screens {
  nonisolated let loop: EventLoop
  private let address: SocketAddress
  /// `nil` is what the system chooses.
  private let source: SocketAddress?
  private let request: [UInt8]
  private let size: Int
  /// By descriptor number.
  private var subscribers: [Subscriber?] = []
  private var startedCount = 0
  private var leastShown = LeastShown()
  private let onShown: @Sendable (Int, Instant) -> Void

  /// The subscribers that show a tally.
  private(set) var openCount = 0
  private(set) var failure: Failure?

  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

  /// - Parameters:
  ///   - source: where they connect from.
  ///   - onShown: called on the loop once all are open, and whenever all of them show more votes: how
  ///     many, and since when.
  init(
    size: Int, at server: FoundServer, from source: SocketAddress? = nil, on loop: EventLoop,
    onShown: @escaping @Sendable (_ total: Int, Instant) -> Void
  ) {
    self.size = size
    address = server.address
    self.source = source
    self.onShown = onShown
    self.loop = loop
    request = server.endpoint.request("/stream", accept: "text/event-stream")
  }

  // MARK: Opening

  /// Begins to open every subscriber; `openCount` tells how far it is.
  func open() {
    for _ in 0..<min(size, Self.maxOpening) { openNext() }
  }

  /// Screens that connect at once: more of them would wait in the kernel, or be dropped there.
  private static let maxOpening = 128

  private func openNext() {
    guard startedCount < size, failure == nil else { return }
    startedCount += 1
    do throws(SystemError) {
      let subscriber = try Subscriber(to: address, from: source)
      let key = Int(subscriber.socket.key)
      while subscribers.count <= key { subscribers.append(nil) }
      subscribers[key] = subscriber
      try loop.watch(subscriber.socket, for: .writable) { key, _ in self.ready(key) }
    } catch {
      fail(.screenNotConnected(error, open: openCount))
    }
  }

  private func fail(_ failure: Failure) {
    if self.failure == nil { self.failure = failure }
  }

  // MARK: Reading

  private func ready(_ key: Int32) {
    guard let subscriber = subscribers[Int(key)] else { return }
    if subscriber.isConnecting { connected(subscriber) } else { read(subscriber) }
  }

  private func connected(_ subscriber: Subscriber) {
    do throws(SystemError) {
      try subscriber.open(request)
      try loop.setInterest(.readable, in: subscriber.socket)
    } catch {
      fail(.screenNotConnected(error, open: openCount))
      remove(subscriber)
    }
  }

  private func read(_ subscriber: Subscriber) {
    let before = subscriber.total
    do throws(TallyReader.Fault) {
      try subscriber.read()
      didShow(subscriber, after: before)
    } catch {
      switch error {
      case .status(let status): fail(.screenRefused(status: status, open: openCount))
      case .ended: fail(.screenCutOff(open: openCount))
      case .malformed: fail(.noTallies(open: openCount))
      }
      remove(subscriber)
    }
  }

  private func remove(_ subscriber: Subscriber) {
    loop.unwatch(subscriber.socket)
    subscribers[Int(subscriber.socket.key)] = nil
  }

  private func didShow(_ subscriber: Subscriber, after before: Int) {
    let now = subscriber.total
    if now == before { return }
    if before < 0 {
      openCount += 1
      leastShown.add(now)
      openNext()
      if openCount == size { tellShown() }
    } else if leastShown.move(from: before, to: now), openCount == size {
      tellShown()
    }
  }

  private func tellShown() {
    if let total = leastShown.total { onShown(total, LoopClock.system.now) }
  }

  // MARK: Looking

  /// How many subscribers show exactly this.
  func count(showing tally: Tally) -> Int {
    subscribers.count { $0?.tally == tally }
  }

  /// The tallies that came to all subscribers together.
  var talliesCount: Int { subscribers.reduce(0) { $0 + ($1?.talliesCount ?? 0) } }

  /// Closes every connection.
  func close() {
    for subscriber in subscribers.compactMap({ $0 }) { remove(subscriber) }
  }
}
