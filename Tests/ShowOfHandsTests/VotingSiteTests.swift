import EventLoop
import Foundation
import HTTPServer
import ServerSentEvents
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

@Suite("When votes cannot be taken")
struct VotingSiteTests {
  private func site(_ ballotBox: BallotBox, on loop: EventLoop) throws -> Application {
    try VotingSite(
      ballotBox: ballotBox, audience: Audience(on: [loop]),
      pages: VotingPages.inAllLanguages(), publicFolder: "\(packageFolder)/Public",
      ballots: .one, publicURL: nil, joining: Joining(host: nil, port: 3000), log: .silent,
      logsRequests: false
    ).application()
  }

  private func json(_ response: Response) -> String {
    guard case .bytes(let bytes) = response.body else { return "no bytes" }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("while too many wait for the disk, a vote gets 503 and when to try again")
  func busy() async throws {
    let executor = QueueExecutor()
    let loop = try EventLoop(name: "test")
    defer { loop.stop() }
    let ballotBox = try BallotBox(
      ledger: LocalLedger(MemoryLedger()), executor: executor, question: Question("Tea?"),
      maxPendingVotes: 0)
    let response = try await site(ballotBox, on: loop).respond(to: Request(.get, "/vote?yes=true"))
    #expect(response.status == .serviceUnavailable)
    #expect(response.fields["Retry-After"] == "1")
    #expect(json(response).contains(#""code":"busy""#))
    #expect(ballotBox.snapshot.tally == Tally())
  }

  @Test("once the ballot box is finished, a vote gets 503: the server is stopping")
  func stopping() async throws {
    try await withService { service in
      await service.ballotBox.finish()
      let reply = try service.client().get("/vote?yes=true")
      #expect(reply.status == 503)
      #expect(reply["retry-after"] == "5")
      #expect(reply.text.contains(#""code":"stopping""#))
      let person = try service.client().get(
        "/vote?yes=true", fields: "Accept: text/html\r\nReferer: http://test/\r\n")
      #expect(person.status == 503)
      #expect(person["content-type"] == "text/html; charset=utf-8")
    }
  }

  @Test("while nothing can be stored, a vote gets 503 with its ballot, and so does a health check")
  func storage() async throws {
    let folder = try TemporaryFolder()
    let database = "\(folder.path)/votes.sqlite"
    try await withService(database: database) { service in
      let client = try service.client()
      let key = try #require(try client.get("/").ballotCookie).drop { $0 != "=" }.dropFirst()
      try FileManager.default.moveItem(atPath: database, toPath: "\(database).away")
      let reply = try client.get("/vote?yes=true&ballot=\(key)")
      #expect(reply.status == 503)
      #expect(reply["retry-after"] == "2")
      #expect(reply.text.contains(#""code":"storage""#))
      #expect(reply.text.contains("may not have been counted"))
      // So that the repeat is no second ballot.
      #expect(reply.ballotCookie?.hasSuffix(key) == true)
      let health = try client.get("/health")
      #expect(health.status == 503)
      #expect(health["retry-after"] == "5")
      #expect(health.text.contains(#""code":"storage""#))
    }
  }
}

@Suite("Refusals")
struct RefusalTests {
  @Test(
    "a browser's window gets a page, whatever is wrong with its request",
    arguments: [
      ("GET / HTTP/1.1\r\nHost: test\r\nAccept: text/html\r\nCookie: " + repeated(20_000), 431),
      ("GET /\(repeated(9_000)) HTTP/1.1\r\nHost: test\r\nACCEPT:text/html,*/*\r\n", 414),
      ("GET /%zz HTTP/1.1\r\nAccept: text/html\r\nHost: test\r\n", 400),
      ("GET /\u{1} HTTP/1.1\r\nAccept: text/html\r\nHost: test\r\n", 400),
      (
        "POST /vote HTTP/1.1\r\nHost: test\r\nAccept: text/html\r\nContent-Length: 9999999\r\n", 413
      ),
      (
        "POST /vote HTTP/1.1\r\nHost: test\r\nAccept: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz",
        400
      ),
      ("BREW / HTTP/1.1\r\nHost: test\r\nAccept: text/html\r\n", 501),
    ])
  func pages(request: String, status: Int) async throws {
    try await withService { service in
      let window = try service.client()
      try window.send(request + "\r\n\r\n")
      let page = try window.reply()
      #expect(page.status == status)
      #expect(page["content-type"] == "text/html; charset=utf-8")
      #expect(page["content-security-policy"] != nil)
      #expect(page["cache-control"] == "no-store")
      #expect(page.text.contains("<h1"))
      let script = try service.client()
      let plain = request.replacing(/(?i)accept: ?text\/html/, with: "Accept: */*")
      try script.send(plain + "\r\n\r\n")
      let json = try script.reply()
      #expect(json.status == status)
      #expect(json["content-type"] == "application/json")
      #expect(json.text.hasPrefix(#"{"code":""#))
    }
  }

  private static func repeated(_ count: Int) -> String { String(repeating: "x", count: count) }
}
