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
  private var isDraining = false
  private var drained: [CheckedContinuation<Void, Never>] = []
  /// The response of a handler that has returned without waiting.
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
    if isDraining { return }
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

  /// A loop, because each answer's step may be the next request of a pipeline.
  private func take(_ step: Connection.Step, with connection: Connection) {
    var step = step
    while true {
      switch step {
      case .wait: return
      case .close: return remove(connection)
      case .respond(let request): step = respond(to: request, on: connection)
      }
    }
  }

  /// Runs the handler: here and now up to its first wait, as a task of its own after that.
  private func respond(to request: Request, on connection: Connection) -> Connection.Step {
    connection.isCorked = true
    let task = Task.immediate(executorPreference: loop) {
      await self.answer(request, on: connection)
    }
    connection.isCorked = false
    if let response = answered.take() { return connection.send(response, to: request) }
    connection.task = task
    connection.flush()
    return .wait
  }

  private func answer(_ request: Request, on connection: Connection) async {
    let response = Response(on: connection, to: request)
    await site.respond(request, response)
    if connection.isCorked {
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
    isDraining = true
    for connection in connections {
      if let connection { take(connection.drain(), with: connection) }
    }
    await withCheckedContinuation { continuation in
      // Asked in here, because others may have had their turn since: an `await` may give up the
      // loop before it waits, after a task was started on the spot in the middle of this one.
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
