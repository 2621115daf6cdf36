import EventLoop
import Platform

/// All the event streams, on one loop, and the times until the last of them has shown a vote.
actor Subscribers {
  /// A total that every subscriber should come to show.
  private struct Goal {
    let total: Int
    let since: Instant
    /// The subscribers that do not show it yet.
    var missing: Int
  }

  nonisolated let loop: EventLoop
  private let address: SocketAddress
  private let request: [UInt8]
  private let size: Int
  /// By descriptor number.
  private var subscribers: [Subscriber?] = []
  private var startedCount = 0
  private var goals: [Goal] = []

  /// The subscribers that show a tally.
  private(set) var openCount = 0
  private(set) var failure: Failure?
  private(set) var latencies = Latencies()

  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

  init(size: Int, at address: SocketAddress, of endpoint: Endpoint, on loop: EventLoop) {
    self.size = size
    self.address = address
    self.loop = loop
    request = endpoint.request("/stream", accept: "text/event-stream")
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
      let subscriber = try Subscriber(to: address)
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

  // MARK: Timing

  /// Times how long it takes from `since` until every subscriber has shown so many votes. A call
  /// from any thread; totals only grow from one to the next.
  nonisolated func expect(total: Int, since: Instant) {
    loop.execute {
      self.assumeIsolated { $0.addGoal(total, since) }
    }
  }

  private func addGoal(_ total: Int, _ since: Instant) {
    let missing = subscribers.count { $0.map { $0.total < total } ?? false }
    if missing == 0 {
      latencies.add(LoopClock.system.now - since)
    } else if goals.count < Self.maxGoals {
      goals.append(Goal(total: total, since: since, missing: missing))
    }
  }

  /// A server that shows nothing any more must not fill the memory here.
  private static let maxGoals = 1000

  private func didShow(_ subscriber: Subscriber, after before: Int) {
    let now = subscriber.total
    if now == before { return }
    if before < 0 {
      openCount += 1
      openNext()
    }
    for index in goals.indices {
      if goals[index].total > now { break }
      if goals[index].total > before { goals[index].missing -= 1 }
    }
    while let goal = goals.first, goal.missing == 0 {
      latencies.add(LoopClock.system.now - goal.since)
      goals.removeFirst()
    }
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
