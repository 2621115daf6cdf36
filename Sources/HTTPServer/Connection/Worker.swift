import EventLoop
import Platform

/// The connections of one loop, and the tasks that respond to them. It runs on that loop.
actor Worker {
  private nonisolated let loop: EventLoop
  private let responder: Responder
  private var limits: Limits { buffers.limits }
  private let counter: ConnectionCounter
  private let buffers: SharedBuffers
  /// By descriptor number.
  private var connections: [Connection?] = []
  private var count = 0
  private var sweep: TimerID?
  /// Before this, nobody has been idle for long enough to be closed for others.
  private var nextReclaim: Instant?
  private var drained: [CheckedContinuation<Void, Never>] = []
  /// Tasks with nothing to respond to, kept for the next requests: making one costs more than what
  /// many a handler does. The last that became idle is the first to be woken. They go with the last
  /// connection, and all but a few of them when nobody has needed them for a while.
  private var idleTasks: [RequestTask] = []
  private static let maxIdleTasks = 1024
  private static let maxUnneededTasks = 64
  /// The fewest idle tasks there were since deadlines were swept: nobody has needed those.
  private var unneededTasks = 0

  nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

  /// - Parameter budget: this loop's part of the memory.
  init(
    responder: Responder, limits: Limits, counter: ConnectionCounter, budget: MemoryBudget,
    on loop: EventLoop
  ) {
    self.responder = responder
    self.counter = counter
    buffers = SharedBuffers(budget: budget, limits: limits)
    self.loop = loop
  }

  // MARK: Connections come and go

  private struct Accepted: ~Copyable {
    let socket: Descriptor
    let slot: ConnectionSlot

    consuming func connect(
      on loop: EventLoop, buffers: SharedBuffers, responder: Responder,
      onReady: @escaping ReadinessHandler
    ) throws(SystemError) -> Connection {
      try Connection(
        socket, slot, on: loop, buffers: buffers, responder: responder, onReady: onReady)
    }
  }

  /// Takes a connection that was just accepted, and its slot; callable from any thread.
  nonisolated func accept(_ socket: consuming Descriptor, takenFrom counter: ConnectionCounter) {
    loop.transfer(socket) { socket in
      let accepted = Accepted(socket: socket, slot: ConnectionSlot(takenFrom: counter))
      self.assumeIsolated(taking: accepted) { $0.add($1) }
    }
  }

  private func add(_ accepted: consuming Accepted) {
    accepted.socket.configureConnection(patience: limits.peerTimeout)
    do {
      let connection = try accepted.connect(
        on: loop, buffers: buffers, responder: responder
      ) { self.ready($0, $1) }
      let key = Int(connection.key)
      while connections.count <= key { connections.append(nil) }
      // Whose socket was given away stays here until its handler returns; the number may be reused.
      if connections[key] == nil { count += 1 }
      connections[key] = connection
      startSweeping()
    } catch {
      responder.log("a connection was dropped: \(error)")
    }
    reclaim()
  }

  private func remove(_ connection: Connection) {
    guard connections[Int(connection.key)] === connection else { return }
    connections[Int(connection.key)] = nil
    count -= 1
    if count > 0 { return }
    for continuation in drained { continuation.resume() }
    drained = []
    endIdleTasks(idleTasks.count)
  }

  // MARK: Connections move

  private func ready(_ descriptor: Int32, _ readiness: Readiness) {
    guard let connection = connections[Int(descriptor)] else { return }
    take(connection.ready(readiness, at: loop.now), with: connection)
  }

  private func take(_ step: Connection.Step, with connection: Connection) {
    switch step {
    case .wait: break
    case .respond: respond(on: connection)
    case .close: remove(connection)
    }
  }

  // MARK: Responding

  /// Has the request responded to by a task that stays on this loop: in the loop's next turn, or at
  /// once where the runtime can begin a new task here.
  private func respond(on connection: Connection) {
    let task = idleTasks.popLast() ?? RequestTask()
    unneededTasks = min(unneededTasks, idleTasks.count)
    task.begin(on: connection)
    if task.wake() { return }
    task.handle = .immediate(executorPreference: loop) { await self.run(task) }
  }

  /// Responds to the request that the task was given, and then to those that it is woken for.
  private func run(_ task: RequestTask) async {
    while let connection = task.takeConnection() {
      let response: Response
      // Not in a function of its own: that costs every request a frame.
      if let request = connection.takeRequest() {
        response = Response(
          on: connection, isHead: request.method == .head, version: request.version,
          default: responder.fields)
        await responder.respond(consume request, response)
      } else if let refused = connection.takeRefusal() {
        response = await respond(to: refused, on: connection)
      } else {
        return
      }
      connection.task = nil
      let step = connection.send(response, at: loop.now)
      if case .respond = step {
        // A pipeline of requests leaves the other connections their turn.
        task.begin(on: connection)
        await Task.yield()
        continue
      }
      take(step, with: connection)
      if Task.isCancelled || count == 0 || idleTasks.count == Self.maxIdleTasks { return }
      unsafe await withUnsafeContinuation { continuation in
        unsafe task.sleep(until: continuation)
        idleTasks.append(task)
      }
    }
  }

  /// A function of its own, always: it is rare, and must not take its room in the frame of every
  /// request that waits.
  @inline(never)
  private func respond(to refused: RefusedRequest, on connection: Connection) async -> Response {
    let response = Response(
      on: connection, isHead: refused.request.method == .head,
      version: refused.request.version, default: responder.fields)
    await responder.respond(refused, response)
    return response
  }

  /// Ends so many of the tasks that have been idle the longest.
  private func endIdleTasks(_ count: Int) {
    for task in idleTasks.prefix(count) { task.wake() }
    idleTasks.removeFirst(count)
    unneededTasks = idleTasks.count
  }

  // MARK: Deadlines

  /// Deadlines are whole seconds and rarely met, so one timer looks at all of them.
  private func startSweeping() {
    guard sweep == nil else { return }
    sweep = loop.schedule(after: limits.sweepInterval) { self.sweepDeadlines() }
  }

  private func sweepDeadlines() {
    sweep = nil
    let now = loop.now
    for connection in connections {
      guard let connection, connection.isOverdue(at: now) else { continue }
      // Before the client can see it.
      counter.noteTimeout()
      take(connection.expire(at: now), with: connection)
    }
    endIdleTasks(max(0, unneededTasks - Self.maxUnneededTasks))
    if buffers.budget.takeRelief() { giveMemoryBack() }
    if count > 0 { startSweeping() }
  }

  private func giveMemoryBack() {
    do {
      try SystemThread.start(name: "memory") { FreeMemory.giveBack() }
    } catch {
      responder.log("memory is kept: \(error)")
    }
  }

  // MARK: Shortage

  /// Closes what has been idle the longest, where slots are short, and then what has waited the
  /// longest for the rest of a request: who sends one byte now and then holds no slot either.
  ///
  /// - Parameter isUrgent: something else is short.
  nonisolated func makeRoom(isUrgent: Bool = false) {
    loop.execute { self.assumeIsolated { $0.reclaim(isUrgent: isUrgent) } }
  }

  private func reclaim(isUrgent: Bool = false) {
    guard isUrgent || counter.isShort else { return }
    let now = loop.now
    if let nextReclaim, now < nextReclaim { return }
    var waiting = waiting(since: \.idleSince, at: now)
    if waiting.isEmpty { waiting = self.waiting(since: \.incompleteSince, at: now) }
    nextReclaim = waiting.isEmpty ? now + Self.reclaimPause : nil
    // Looking at all of them is worth more than one.
    let batch = max(1, limits.maxConnections / 256)
    for (_, connection) in waiting.sorted(by: { $0.since < $1.since }).prefix(batch) {
      counter.noteReclaimed()
      take(connection.reclaim(at: now), with: connection)
    }
  }

  private func waiting(
    since: (Connection) -> Instant?, at now: Instant
  ) -> [(since: Instant, connection: Connection)] {
    connections.compactMap { connection in
      guard let connection, let since = since(connection), now - since >= limits.minIdleTime
      else { return nil }
      return (since, connection)
    }
  }

  private static let reclaimPause: Duration = .milliseconds(100)

  // MARK: Looking in

  /// Adds what this loop knows.
  func add(to statistics: ServerStatistics) -> ServerStatistics {
    var statistics = statistics
    statistics.idle += connections.count { $0?.idleSince != nil }
    statistics.heldBytes += buffers.budget.heldBytes
    statistics.outOfMemory += buffers.budget.refusals
    return statistics
  }

  // MARK: Stopping

  /// Lets every response that is being made be sent, and returns when the last connection is gone.
  func drain() async {
    let now = loop.now
    for connection in connections {
      if let connection { take(connection.drain(at: now), with: connection) }
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
    let now = loop.now
    for connection in connections {
      if let connection { take(connection.close(at: now), with: connection) }
    }
    if let sweep { loop.cancel(sweep) }
    sweep = nil
  }
}
