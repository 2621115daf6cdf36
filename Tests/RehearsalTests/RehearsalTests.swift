import EventLoop
import Foundation
import HTTPServer
import ServerSentEvents
import Synchronization
import TestSupport
import Testing

@Suite("A rehearsal")
struct RehearsalTests {
  private static let plan = ["--screens", "20", "--votes-per-second", "50", "--seconds", "1"]

  private func rehearse(_ arguments: String...) async throws -> (status: Int32, output: String) {
    let program = try Program([VotingServer.executable, "rehearse"] + Self.plan + arguments)
    return try await program.finish()
  }

  @Test("a rehearsal with a server of its own finds it exact, and says what to expect")
  func ownServer() async throws {
    let (status, output) = try await rehearse()
    #expect(status == 0, "\(output)")
    #expect(output.contains("Exact: every acknowledged vote is counted once"))
    #expect(output.contains("on 20 of 20 screens"))
    #expect(output.contains("20 streams, and 60 idle ones as browsers keep them"))
    #expect(output.contains("open files"))
  }

  @Test("a rehearsal against a running server leaves its votes there, and reports in JSON")
  func against() async throws {
    struct Report: Decodable {
      let exact: Bool
      struct Tally: Decodable {
        let yes: Int
        let no: Int
        var total: Int { yes + no }
      }
      let acknowledged: Tally
      let screensAtFinalTally: Int
    }
    let server = try await VotingServer()
    _ = try server.client().get("/vote?yes=false")
    let (status, output) = try await rehearse(
      "--against", server.url("/").absoluteString, "--json")
    #expect(status == 0, "\(output)")
    let report = try JSONDecoder().decode(Report.self, from: Data(output.utf8))
    #expect(report.exact)
    // A slow machine sends fewer than were asked for; none is sent that was not.
    #expect((1...50).contains(report.acknowledged.total))
    #expect(report.screensAtFinalTally == 20)
    let result = try server.result()
    #expect(result.yes + result.no == report.acknowledged.total + 1)
  }

  @Test("a rehearsal goes by a server's Unix socket")
  func socket() async throws {
    let folder = try TemporaryFolder()
    let socket = "\(folder.path)/show.sock"
    let server = try await VotingServer(["--listen", "unix:\(socket)"])
    let (status, output) = try await rehearse("--against", "unix:\(socket)")
    #expect(status == 0, "\(output)")
    #expect(try server.result().yes > 0)
  }

  @Test(
    "a rehearsal goes through a real proxy, to a server at a path", arguments: Proxy.Kind.allCases)
  func proxy(kind: Proxy.Kind) async throws {
    try kind.require()
    let server = try await VotingServer()
    let proxy = try await Proxy(kind, at: "/poll/") { _ in .port(server.port) }
    let address = "http://127.0.0.1:\(proxy.port)/poll/"
    let (status, output) = try await rehearse("--against", address)
    #expect(status == 0, "\(output)")
    #expect(output.contains("on 20 of 20 screens"))
  }

  @Test("a rehearsal finds the one vote that a server lost, and ends with status 1")
  func lostVote() async throws {
    let loops = try EventLoop.start(count: 2)
    try await withServer(Self.forgetfulServer(on: loops), on: loops) { port in
      let (status, output) = try await rehearse("--against", "http://127.0.0.1:\(port)")
      #expect(status == 1)
      #expect(output.contains("NOT EXACT: votes acknowledged but not counted: 1."))
    }
  }

  @Test("a rehearsal ends with a sentence where there is no stream")
  func noStream() async throws {
    var app = Application()
    app.get("/result.json") { _, response in try response.json(["yes": 0, "no": 0]) }
    try await withServer(app) { port in
      let (status, output) = try await rehearse("--against", "http://127.0.0.1:\(port)")
      #expect(status == 1)
      #expect(output.hasPrefix("The server refused a screen with status 404 when 0 were open."))
    }
  }

  @Test("a rehearsal ends with a sentence where there is no server")
  func noServer() async throws {
    let server = try await VotingServer()
    await server.kill()
    let (status, output) = try await rehearse("--against", server.url("/").absoluteString)
    #expect(status == 1)
    #expect(output == "The server cannot be reached: Connection refused.\n")
  }

  @Test("a rehearsal that is broken off leaves nothing behind")
  func brokenOff() async throws {
    let folder = try TemporaryFolder()
    func files() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: folder.path)
    }
    let program = try Program(
      "TMPDIR=\(folder.path)", VotingServer.executable, "rehearse", "--seconds", "600")
    try await eventually { try !files().isEmpty }
    #expect(await program.terminate() == 128 + SIGTERM)
    #expect(try files() == [])
  }

  /// Acknowledges every vote, and forgets the second.
  private static func forgetfulServer(on loops: [EventLoop]) throws -> Application {
    struct Votes {
      var count = 0
      var yes = 0
      var no = 0
      var json: String { #"{"yes":\#(yes),"no":\#(no)}"# }
    }
    final class Box: Sendable {
      let votes = Mutex(Votes())
      let audience: Audience

      init(on loops: [EventLoop]) { audience = Audience(on: loops) }

      func add(yes isYes: Bool) {
        let json = votes.withLock { votes in
          votes.count += 1
          if votes.count != 2 { if isYes { votes.yes += 1 } else { votes.no += 1 } }
          return votes.json
        }
        // Without a name and an id there is nothing to refuse.
        audience.update("tally") { try! Event(json) }
      }
    }
    let box = Box(on: loops)
    let nothing = Votes().json
    box.audience.update("tally") { try! Event(nothing) }
    var app = Application()
    app.use(serverSentEvents())
    app.get("/result.json") { _, response in
      response.send(box.votes.withLock { $0.json }, as: .json)
    }
    app.get("/vote") { request, response in
      box.add(yes: request.query["yes"] == "true")
      response.send("{}", as: .json)
    }
    app.get("/stream") { _, response in
      try response.sseSetup()
      try box.audience.join(response)
    }
    return app
  }
}
