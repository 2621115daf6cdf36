import HTTPServer
import TestSupport

@testable import ShowOfHands

/// All of them, and English for whoever asks for none.
let allLanguages = try! Languages(folder: "\(packageFolder)/Views/words")

extension Words {
  static let english = allLanguages.room
}

extension VotingPages {
  /// In every language.
  static func inAllLanguages() throws -> VotingPages {
    try VotingPages(folder: "\(packageFolder)/Views", languages: allLanguages)
  }
}

/// Runs the whole program in this process, on a port of the system's choice. The body has a thread of
/// its own, as with `withServer`.
func withService(
  _ arguments: String..., database: String = ":memory:", log: Log = .silent,
  body: (Service) async throws -> Void
) async throws {
  try await withService(arguments: arguments, database: database, log: log, body: body)
}

func withService(
  arguments: [String], database: String = ":memory:", log: Log = .silent,
  body: (Service) async throws -> Void
) async throws {
  let all = ["--port", "0", "--host", "127.0.0.1", "--root", packageFolder, "--database", database]
  let options = try Options(all + arguments, environment: [:], cores: 2)
  let list = try options.preparedList(in: Service.languages(packageFolder, options).room)
  let service = try await Service.start(options, list, log: log)
  let clients = QueueExecutor()
  do {
    try await withTaskExecutorPreference(clients) {
      clients.checkIsolated()
      try await body(service)
    }
  } catch {
    await service.stop()
    throw error
  }
  await service.stop()
}

extension Service {
  var port: Int { server.port }

  func client() throws -> Client { try Client(port: port) }

  /// Opens the event stream and reads its head.
  func screen() throws -> Client {
    let client = try client()
    try client.send("GET /stream HTTP/1.1\r\nHost: test\r\nAccept: text/event-stream\r\n\r\n")
    _ = try client.head()
    return client
  }

  func tally() throws -> String {
    let reply = try client().get("/result.json").text
    func number(_ name: String) -> Substring {
      guard let range = reply.firstRange(of: "\"\(name)\":") else { return "?" }
      return reply[range.upperBound...].prefix { $0.isNumber }
    }
    return "\(number("yes")):\(number("no"))"
  }
}

extension Reply {
  /// The ballot this response sets, as a browser sends it back.
  var ballotCookie: String? {
    cookies.first { $0.hasPrefix("ballot") }.map { String($0.prefix { $0 != ";" }) }
  }

  /// The values of its `Set-Cookie` fields.
  var cookies: [String] { fields.filter { $0.name == "set-cookie" }.map(\.value) }
}
