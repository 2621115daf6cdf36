import EventLoop
import Platform

/// The connections of one loop, and the tasks that answer them. It runs on that loop.
actor Worker {
  private nonisolated let loop: EventLoop
  private let site: Site
  private let limits: Limits
  private let workspace = SharedBuffers()
  /// By descriptor number.
  private var connections: [Connection?] = []
  private var count = 0
  private var sweep: TimerID?
  private var drained: [CheckedContinuation<Void, Never>] = []
  /// Tasks with nothing to answer, kept for the next requests: making one costs more than what many
  /// a handler does. They go with the last connection.
  private var idleTasks: [RequestTask] = []
  private static let maxIdleTasks = 64

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
      let place = ConnectionSlot(takenFrom: counter)
      self.assumeIsolatedAdd(socket, place)
    }
  }

  private nonisolated func assumeIsolatedAdd(
    _ socket: consuming Descriptor, _ place: consuming ConnectionSlot
  ) {
    var socket = Optional(socket)
    var place = Optional(place)
    assumeIsolated { worker in
      guard let socket = socket.take(), let place = place.take() else { return }
      worker.add(socket, place)
    }
  }

  private func add(_ socket: consuming Descriptor, _ place: consuming ConnectionSlot) {
    socket.configureConnection(patience: limits.peerTimeout)
    do {
      let connection = try Connection(
        socket, place, on: loop, workspace: workspace, limits: limits, refusal: site.refuse
      ) { self.ready($0, $1) }
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
    for task in idleTasks { task.wake() }
    idleTasks = []
  }

  // MARK: Connections move

  private func ready(_ descriptor: Int32, _ readiness: Readiness) {
    guard let connection = connections[Int(descriptor)] else { return }
    take(connection.ready(readiness), with: connection)
  }

  private func take(_ step: Connection.Step, with connection: Connection) {
    switch step {
    case .wait: break
    case .respond: respond(on: connection)
    case .close: remove(connection)
    }
  }

  // MARK: Answering

  /// Has the request answered by a task that stays on this loop: in the loop's next turn, or at once
  /// where the runtime can begin a new task here.
  private func respond(on connection: Connection) {
    let task = idleTasks.popLast() ?? RequestTask()
    task.begin(on: connection)
    if task.wake() { return }
    task.handle = .immediate(executorPreference: loop) { await self.run(task) }
  }

  /// Answers the request that the task was given, and then those that it is woken for.
  private func run(_ task: RequestTask) async {
    while let connection = task.takeConnection(), let request = connection.takeRequest() {
      let (method, version) = (request.method, request.version)
      let response = Response(on: connection, to: method, version, always: site.fields)
      await site.respond(request, response)
      connection.task = nil
      let step = connection.send(response, to: method, version)
      if case .respond = step {
        // A pipeline of requests leaves the other connections their turn.
        task.begin(on: connection)
        await Task.yield()
        continue
      }
      take(step, with: connection)
      if Task.isCancelled || count == 0 || idleTasks.count == Self.maxIdleTasks { return }
      await withUnsafeContinuation { continuation in
        task.sleep(until: continuation)
        idleTasks.append(task)
      }
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
    let now = Instant.now
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
    let soon = min(limits.drainFirstRequestTimeout, limits.sweepInterval)
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
