import HTTPServer
import TestSupport
import Voting

@testable import ShowOfHands

/// Runs two servers in this process on one ledger in memory, with their pages in a browser.
func withSharedPages(
  _ arguments: [String] = [], refusesCookies: Bool = false,
  _ body: (SharedMemory, _ one: Service, _ other: Service, Browser) async throws -> Void
) async throws {
  let folder = #filePath.split(separator: "/").dropLast(3).reduce("") { $0 + "/" + $1 }
  let options = try Options(
    ["--port", "0", "--host", "127.0.0.1", "--root", folder] + arguments, environment: [:], cores: 1
  )
  let shared = SharedMemory()
  var services: [Service] = []
  for _ in 0..<2 {
    services.append(
      try await Service.start(options, ledger: { _ in shared.ledger() }, log: .silent))
  }
  do {
    try await Browser.run(refusesCookies: refusesCookies) { [services] in
      try await body(shared, services[0], services[1], $0)
    }
  } catch {
    for service in services where !service.running.isStopping { await service.stop() }
    throw error
  }
  for service in services where !service.running.isStopping { await service.stop() }
}
