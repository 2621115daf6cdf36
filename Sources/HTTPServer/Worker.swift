import EventLoop

/// The connections of one loop, and the tasks that answer them. It runs on that loop.
actor Worker: DescriptorOwner {
  private nonisolated let loop: EventLoop
  private let site: Site
  private let limits: Limits
  private let workspace = Workspace()
  /// By descriptor number.
  private var connections: [Connection?] = []
  private var count = 0
  private var sweep: TimerID?
  private var drained: [CheckedContinuation<Void, Never>] = []
  /// A handler that runs now runs inside `respond`, which takes its response from `answered`.
  private var isStarting = false
  private var answered: Response?

  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  init(site: Site, limits: Limits, on loop: EventLoop) {
    self.site = site
    self.limits = limits
    self.loop = loop
  }

  // MARK: Connections come and go

  /// Takes a connection that was just accepted, and its place; callable from any thread.
  nonisolated func adopt(_ socket: consuming Descriptor, takenFrom counter: ConnectionCounter) {
    loop.hand(socket) { socket in
      let place = ConnectionPlace(takenFrom: counter)
      self.assumeIsolatedAdd(socket, place)
    }
  }

  private nonisolated func assumeIsolatedAdd(
    _ socket: consuming Descriptor, _ place: consuming ConnectionPlace
  ) {
    var socket = Optional(socket)
    var place = Optional(place)
    assumeIsolated { worker in
      guard let socket = socket.take(), let place = place.take() else { return }
      worker.add(socket, place)
    }
  }

  private func add(_ socket: consuming Descriptor, _ place: consuming ConnectionPlace) {
    socket.configureConnection(patience: limits.peerPatience)
    do {
      let connection = try Connection(
        socket, place, on: loop, workspace: workspace, limits: limits, owner: self)
      let key = Int(connection.key)
      while connections.count <= key { connections.append(nil) }
      // Whose socket was given away stays here until its handler returns; the number may be reused.
      if connections[key] == nil { count += 1 }
      connections[key] = connection
      startSweeping()
    } catch {
      site.log("a connection was dropped: \(error)")
    }
  }

  private func remove(_ connection: Connection) {
    guard connections[Int(connection.key)] === connection else { return }
    connections[Int(connection.key)] = nil
    count -= 1
    if count > 0 { return }
    for continuation in drained { continuation.resume() }
    drained = []
  }

  // MARK: Connections move

  nonisolated func ready(_ descriptor: Int32, _ readiness: Readiness) {
    assumeIsolated { worker in
      guard let connection = worker.connections[Int(descriptor)] else { return }
      worker.take(connection.ready(readiness), with: connection)
    }
  }

  /// A loop and not a recursion: the step after an answer may be the next request of a pipeline.
  private func take(_ step: Connection.Step, with connection: Connection) {
    var step = step
    while case .respond(let request) = step { step = respond(to: request, on: connection) }
    if case .close = step { remove(connection) }
  }

  /// Has the request answered by a task that stays on this loop. The runtime starts it in the next
  /// turn, which also gives the other connections theirs, or, as its name says, here and now.
  private func respond(to request: Request, on connection: Connection) -> Connection.Step {
    isStarting = true
    connection.task = Task.immediate(executorPreference: loop) {
      await self.answer(request, on: connection)
    }
    isStarting = false
    guard let response = answered.take() else { return .wait }
    connection.task = nil
    return connection.send(response, to: request)
  }

  private func answer(_ request: Request, on connection: Connection) async {
    let response = Response(on: connection, to: request)
    await site.respond(request, response)
    if isStarting {
      answered = response
    } else {
      connection.task = nil
      take(connection.send(response, to: request), with: connection)
    }
  }

  // MARK: Deadlines

  /// Deadlines are whole seconds and rarely met, so one timer looks at all of them.
  private func startSweeping() {
    guard sweep == nil else { return }
    sweep = loop.schedule(after: limits.sweepInterval) { self.sweepDeadlines() }
  }

  private func sweepDeadlines() {
    sweep = nil
    let now = ContinuousClock.now
    for connection in connections {
      if let connection { take(connection.expire(at: now), with: connection) }
    }
    if count > 0 { startSweeping() }
  }

  // MARK: Stopping

  /// Lets every response that is being made be sent, and returns when the last connection is gone.
  func drain() async {
    for connection in connections {
      if let connection { take(connection.drain(), with: connection) }
    }
    if let sweep { loop.cancel(sweep) }
    let soon = min(limits.lastCallTime, limits.sweepInterval)
    sweep = loop.schedule(after: soon) { self.sweepDeadlines() }
    await withCheckedContinuation { continuation in
      // Asked in here: an `await` may give up the loop before it waits.
      if count == 0 { continuation.resume() } else { drained.append(continuation) }
    }
  }

  /// Ends what is left.
  func closeAll() {
    for connection in connections {
      if let connection { take(connection.leave(), with: connection) }
    }
    if let sweep { loop.cancel(sweep) }
    sweep = nil
  }
}
