import Foundation
import HTTPServer
import TestSupport

@testable import ShowOfHands

/// Runs the whole program in this process, with its pages in a browser: for what a presenter does.
func withPages(
  _ arguments: [String] = [], refusesCookies: Bool = false,
  _ body: (Service, Browser) async throws -> Void
) async throws {
  let all = [
    "--port", "0", "--host", "127.0.0.1", "--root", packageFolder, "--database", ":memory:",
  ]
  let options = try Options(all + arguments, environment: [:], cores: 2)
  let list = try options.preparedList(in: Service.languages(packageFolder, options).room)
  let service = try await Service.start(options, list, log: .silent)
  do {
    try await Browser.run(refusesCookies: refusesCookies) { try await body(service, $0) }
  } catch {
    await service.stop()
    throw error
  }
  await service.stop()
}

extension Service {
  func url(_ path: String) -> URL { URL(string: "http://127.0.0.1:\(server.port)\(path)")! }
}
