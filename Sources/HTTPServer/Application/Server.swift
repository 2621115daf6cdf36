public import EventLoop
public import Platform

/// A running server.
public final class Server: Sendable {
  private let acceptor: Acceptor
  private let workers: [Worker]
  private let counter: ConnectionCounter
  private let clock: LoopClock
  /// The port that its first socket listens on, also when 0 was asked for; 0 for a Unix socket.
  public let port: Int

  init(
    acceptor: Acceptor, workers: [Worker], counter: ConnectionCounter, clock: LoopClock, port: Int
  ) {
    self.acceptor = acceptor
    self.workers = workers
    self.counter = counter
    self.clock = clock
    self.port = port
  }

  /// The connections that are open now, streams included.
  public var connectionCount: Int { counter.count }

  /// What became of the connections so far. Reading it costs one visit to each loop.
  public var statistics: ServerStatistics {
    get async {
      var statistics = counter.statistics
      for worker in workers { statistics = await worker.add(to: statistics) }
      return statistics
    }
  }

  /// Stops taking connections. Of those that wait in the kernel it still takes 128 from each
  /// socket and refuses the rest; in an inherited socket they wait for the next process.
  public func stopAccepting() async { await acceptor.stop() }

  /// Stops taking connections, lets the requests that are here be responded to, and returns when every
  /// connection is closed, or after `patience`, when those that are left are cut off.
  public func stop(patience: Duration = .seconds(3)) async {
    await stopAccepting()
    await withTaskGroup { group in
      group.addTask { await self.drain() }
      group.addTask {
        // Cancelled when the draining is done first: then nothing is left to be closed.
        try? await self.clock.sleep(until: self.clock.now + patience)
        for worker in self.workers { await worker.closeAll() }
      }
      await group.next()
      group.cancelAll()
    }
  }

  private func drain() async {
    await withTaskGroup { group in
      for worker in workers { group.addTask { await worker.drain() } }
    }
  }
}

extension Application {
  /// Serves the application until `Server.stop`; returns once connections are taken. The server lives
  /// on when what is returned here is let go of; the loops have to run for as long as it does.
  ///
  /// - Parameters:
  ///   - host: a name or an address; `nil` for all interfaces, IPv4 and IPv6.
  ///   - port: 0 lets the system choose.
  ///   - loops: connections are dealt to them in turn; at least one, or it traps.
  ///   - limits: `maxHeldBytes` is shared out among the loops.
  /// - Throws: `SystemError` as `ListeningSocket.open` has it.
  public func listen(
    host: String? = nil, port: Int, on loops: [EventLoop], limits: Limits = Limits()
  ) async throws -> Server {
    try await listen(
      at: try ListeningSocket.open(host: host, port: port), on: loops, limits: limits)
  }

  /// The same on sockets that are open already: at least one, or it traps.
  /// - Throws: `SystemError` when they cannot be watched.
  public func listen(
    at sockets: [ListeningSocket], on loops: [EventLoop], limits: Limits = Limits()
  ) async throws -> Server {
    precondition(!sockets.isEmpty, "a server needs a socket")
    precondition(!loops.isEmpty, "a server needs a loop")
    let responder = build()
    let counter = ConnectionCounter(max: limits.maxConnections)
    let workers = loops.map { loop in
      let budget = MemoryBudget(
        maxBytes: limits.maxHeldBytes / loops.count, maxBytesAlways: limits.maxHeldBytesAlways)
      return Worker(
        responder: responder, limits: limits, counter: counter, budget: budget, on: loop)
    }
    let acceptor = Acceptor(sockets, workers: workers, counter: counter, log: log, on: loops[0])
    try await acceptor.start()
    return Server(
      acceptor: acceptor, workers: workers, counter: counter, clock: loops[0].clock,
      port: sockets[0].port)
  }
}
