public import EventLoop
public import HTTPServer

/// Serves the application on a port of the system's choice while `body` runs. Time stands still
/// there unless the test says otherwise: however slow a machine is, it breaks no time limit.
public func withServer(
  _ app: Application, limits: Limits = Limits(), loops count: Int = 2,
  clock: LoopClock = .manual(ManualClock()), _ body: (Int) async throws -> Void
) async throws {
  try await withRunningServer(app, limits: limits, loops: count, clock: clock) { server in
    try await body(server.port)
  }
}

/// The same on loops of the caller's, which are stopped after it.
public func withServer(
  _ app: Application, limits: Limits = Limits(), on loops: [EventLoop],
  _ body: (Int) async throws -> Void
) async throws {
  try await withRunningServer(app, limits: limits, on: loops) { server in
    try await body(server.port)
  }
}

/// The same for a test that looks at the server itself.
///
/// The body has a thread of its own: its clients block, and the threads of the concurrency runtime
/// are few and belong to everyone. What is to go on meanwhile is for `Task.detached`.
public func withRunningServer(
  _ app: Application, limits: Limits = Limits(), loops count: Int = 2,
  clock: LoopClock = .manual(ManualClock()), _ body: (Server) async throws -> Void
) async throws {
  try await withRunningServer(
    app, limits: limits, on: try EventLoop.start(count: count, clock: clock), body)
}

private func withRunningServer(
  _ app: Application, limits: Limits, on loops: [EventLoop],
  _ body: (Server) async throws -> Void
) async throws {
  defer { for loop in loops { loop.stop() } }
  let server = try await app.listen(host: "127.0.0.1", port: 0, on: loops, limits: limits)
  let clients = QueueExecutor()
  do {
    try await withTaskExecutorPreference(clients) {
      clients.checkIsolated()
      try await body(server)
    }
  } catch {
    await server.stop(patience: .zero)
    throw error
  }
  await server.stop(patience: .zero)
}
