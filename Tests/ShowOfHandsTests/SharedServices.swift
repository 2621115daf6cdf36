import HTTPServer
import TestSupport
import Voting

@testable import ShowOfHands

/// Runs two servers in this process on one ledger in memory. The body has a thread of its own, as with
/// `withService`.
func withSharedServices(
  _ shared: SharedMemory = SharedMemory(), log: Log = .silent,
  body: (_ one: Service, _ other: Service) async throws -> Void
) async throws {
  let options = try Options(
    ["--port", "0", "--host", "127.0.0.1", "--root", packageFolder], environment: [:], cores: 1)
  var services: [Service] = []
  for _ in 0..<2 {
    services.append(
      try await Service.start(options, ledger: { _ in shared.ledger() }, log: log))
  }
  let clients = QueueExecutor()
  do {
    try await withTaskExecutorPreference(clients) { [services] in
      clients.checkIsolated()
      try await body(services[0], services[1])
    }
  } catch {
    for service in services where !service.running.isStopping { await service.stop() }
    throw error
  }
  for service in services where !service.running.isStopping { await service.stop() }
}
