import EventLoop
import Platform

/// All the screens, on one loop, and the times until the last of them has shown a vote.
actor Hall {
  /// A total that every screen should come to show.
  private struct Goal {
    let total: Int
    let since: Instant
    /// The screens that do not show it yet.
    var missing: Int
  }

  nonisolated let loop: EventLoop
  private let address: SocketAddress
  private let request: [UInt8]
  private let size: Int
  /// By descriptor number.
  private var screens: [Screen?] = []
  private var begunCount = 0
  private var goals: [Goal] = []

  /// The screens that show a tally.
  private(set) var openCount = 0
  private(set) var failure: Failure?
  private(set) var latencies = Latencies()

  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  init(size: Int, at address: SocketAddress, of endpoint: Endpoint, on loop: EventLoop) {
    self.size = size
    self.address = address
    self.loop = loop
    request = endpoint.request("/stream", accept: "text/event-stream")
  }

  // MARK: Opening

  /// Begins to open every screen; `openCount` tells how far it is.
  func open() {
    for _ in 0..<min(size, Self.openingMax) { openNext() }
  }

  /// Screens that connect at once: more of them would wait in the kernel, or be dropped there.
  private static let openingMax = 128

  private func openNext() {
    guard begunCount < size, failure == nil else { return }
    begunCount += 1
    do throws(SystemError) {
      let screen = try Screen(to: address)
      let key = Int(screen.socket.key)
      while screens.count <= key { screens.append(nil) }
      screens[key] = screen
      try loop.watch(screen.socket, for: .writable) { key, _ in self.ready(key) }
    } catch {
      fail(.screenNotConnected(error, open: openCount))
    }
  }

  private func fail(_ failure: Failure) {
    if self.failure == nil { self.failure = failure }
  }

  // MARK: Reading

  private func ready(_ key: Int32) {
    guard let screen = screens[Int(key)] else { return }
    if screen.isConnecting { connected(screen) } else { read(screen) }
  }

  private func connected(_ screen: Screen) {
    do throws(SystemError) {
      try screen.open(request)
      try loop.setInterest(.readable, in: screen.socket)
    } catch {
      fail(.screenNotConnected(error, open: openCount))
      remove(screen)
    }
  }

  private func read(_ screen: Screen) {
    let before = screen.total
    do throws(TallyReader.Fault) {
      try screen.read()
      moved(screen, from: before)
    } catch {
      switch error {
      case .status(let status): fail(.screenRefused(status: status, open: openCount))
      case .ended: fail(.screenCutOff(open: openCount))
      case .malformed: fail(.noTallies(open: openCount))
      }
      remove(screen)
    }
  }

  private func remove(_ screen: Screen) {
    loop.unwatch(screen.socket)
    screens[Int(screen.socket.key)] = nil
  }

  // MARK: Timing

  /// Times how long it takes from `since` until every screen has shown so many votes. A call from
  /// any thread; totals only grow from one to the next.
  nonisolated func expect(total: Int, since: Instant) {
    loop.execute {
      self.assumeIsolated { $0.addGoal(total, since) }
    }
  }

  private func addGoal(_ total: Int, _ since: Instant) {
    let missing = screens.count { $0.map { $0.total < total } ?? false }
    if missing == 0 {
      latencies.add(.now - since)
    } else if goals.count < Self.goalsMax {
      goals.append(Goal(total: total, since: since, missing: missing))
    }
  }

  /// A server that shows nothing any more must not fill the memory here.
  private static let goalsMax = 1000

  private func moved(_ screen: Screen, from before: Int) {
    let now = screen.total
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
      latencies.add(.now - goal.since)
      goals.removeFirst()
    }
  }

  // MARK: Looking

  /// How many screens show exactly this.
  func count(showing tally: Tally) -> Int {
    screens.count { $0?.tally == tally }
  }

  /// The tallies that came to all screens together.
  var talliesCount: Int { screens.reduce(0) { $0 + ($1?.talliesCount ?? 0) } }

  /// Closes every connection.
  func leave() {
    for screen in screens.compactMap({ $0 }) { remove(screen) }
  }
}
