import Foundation
import TestSupport
import Testing

@Suite("Soak", .enabled(if: ProcessFolder.isThere, "what a process holds is counted in /proc"))
struct SoakTests {
  /// With `SOAK=1` as many as in a long evening; else so few that all other tests hide the time.
  private static let connections =
    ProcessInfo.processInfo.environment["SOAK"] == "1" ? 100_000 : 8_000
  /// For what is made with the first connections and kept: buffers, statements, threads.
  private static let warmUp = 2_000
  /// After the warm-up. SQLite's cache is most of it, which grows with the votes up to 2 MiB.
  private static let growthKilobytesMax = 4 * 1024
  private static let clients = 8
  /// Of the server: a crowd is more than the connections and the streams it takes then.
  private static let openFilesMax = 256
  private static let crowd = 300

  @Test("connections that end in any way give back their descriptors and their memory")
  func connectionsLeaveNothing() async throws {
    let server = try await VotingServer(openFilesMax: Self.openFilesMax)
    let process = try ProcessFolder(await server.processID())
    let sockets = try process.sockets()

    var votes = try await open(Self.warmUp, at: server)
    try await eventually { try process.sockets() == sockets }
    let descriptors = try process.descriptors()
    let kilobytes = try process.residentKilobytes()

    votes += try await open(Self.connections, at: server)
    try await eventually { try process.sockets() == sockets }
    #expect(try process.descriptors() == descriptors)
    let growth = try process.residentKilobytes() - kilobytes
    if !Self.isSanitized { #expect(growth < Self.growthKilobytesMax, "\(kilobytes) kB before") }

    #expect(votes.acknowledged > 0)
    #expect((votes.acknowledged...votes.sent).contains(try server.result().yes))
    #expect(await server.terminate() == 0)
  }

  /// The Address Sanitizer keeps freed memory for a while.
  private static let isSanitized = unsafe dlsym(nil, "__asan_init") != nil

  private struct Votes {
    var sent = 0
    var acknowledged = 0

    static func += (left: inout Votes, right: Votes) {
      left.sent += right.sent
      left.acknowledged += right.acknowledged
    }
  }

  /// Opens and ends so many connections, of every kind, and crowds between them.
  private func open(_ count: Int, at server: VotingServer) async throws -> Votes {
    let port = server.port
    var votes = Votes()
    var left = count
    while left > 0 {
      let part = min(left, 10_000)
      left -= part
      votes += try await withThrowingTaskGroup(of: Votes.self) { group in
        let each = (part - Self.crowd) / Self.clients
        for _ in 0..<Self.clients {
          group.addTask { try await onThread { try Self.visit(port, count: each) } }
        }
        return try await group.reduce(into: Votes()) { $0 += $1 }
      }
      try await onThread { try Self.crowd(at: port) }
    }
    return votes
  }

  private static func visit(_ port: Int, count: Int) throws -> Votes {
    var votes = Votes()
    for number in 0..<count {
      let visit = Visit.allCases[number % Visit.allCases.count]
      if visit.isVote { votes.sent += 1 }
      if try visit.make(Client(port: port)) { votes.acknowledged += 1 }
    }
    return votes
  }

  /// Asks for more streams at once than there are connections, and then leaves all together.
  private static func crowd(at port: Int) throws {
    let clients = try (0..<crowd).map { _ in try Client(port: port) }
    var statuses: Set<Int> = []
    for client in clients {
      do {
        try client.send("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n")
        statuses.insert(try client.head().status)
      } catch Client.Failure.closed {
        // Refused before it had sent its request.
      }
    }
    #expect(statuses == [200, 503])
    for client in clients.prefix(crowd / 2) { client.reset() }
  }
}
