import EventLoop
import HTTPServer
import Synchronization
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

@Suite("Who may come to the desk")
struct DeskGateTests {
  private static let reads = ["/desk", "/desk/state.json", "/desk/stream"]

  @Test("without the key nothing is told and nothing is done")
  func noKey() async throws {
    try await withService { service in
      let visitor = try service.visitor()
      for target in Self.reads {
        let reply = try visitor.get(target)
        #expect(reply.status == 401, "\(target)")
        #expect(reply["www-authenticate"] == "Bearer")
        #expect(reply.text.contains(#""code":"key""#))
      }
      for step in ["close", "next", "ask", "pair", "revoke", "prepare", "numbers", "x"] {
        let reply = try visitor.post(step, "question=Tea%3F", DeskVisitor.ownOrigin)
        #expect(reply.status == 401, "\(step)")
        #expect(reply["www-authenticate"] == "Bearer")
      }
      #expect(service.ballotBox.standing.room.version == 1)
    }
  }

  @Test("a wrong key is answered as none is")
  func wrongKey() async throws {
    try await withService { service in
      let none = try service.visitor().post("close")
      for key in ["x", service.key.dropLast() + "", service.key + "0", ""] {
        let wrong = DeskVisitor(
          client: try service.client(), fields: "Authorization: Bearer \(key)\r\n")
        #expect(try wrong.post("close").text == none.text)
        #expect(try wrong.get().status == 401)
      }
      let session = try service.visitor().post("session", "key=wrong")
      #expect(session.status == 401)
      #expect(session.cookies.isEmpty)
      #expect(session.text == none.text)
      #expect(try service.visitor().post("session", "").status == 400)
    }
  }

  @Test("a browser's window is asked for the key on a page")
  func signInPage() async throws {
    try await withService { service in
      let visitor = try service.visitor()
      let page = try visitor.get("/desk", DeskVisitor.window)
      #expect(page.status == 200)
      #expect(page.text.contains(#"name="key""#))
      #expect(page["x-frame-options"] == "DENY")
      #expect(page["content-security-policy"]?.contains("frame-ancestors 'none'") == true)
      #expect(page["cache-control"] == "no-store")
      let wrong = try visitor.post(
        "session", "key=wrong", DeskVisitor.window + DeskVisitor.ownOrigin)
      #expect(wrong.status == 401)
      #expect(wrong["www-authenticate"] == "Bearer")
      #expect(wrong.text.contains(#"action="../desk/session""#))
      let right = try visitor.post(
        "session", "key=\(service.key)", DeskVisitor.window + DeskVisitor.ownOrigin)
      #expect(right.status == 303)
      #expect(right["location"] == "../desk?opened")
      let cookie = try #require(right.cookies.first)
      #expect(cookie.wholeMatch(of: /desk-[a-z0-9]{6}=\d+\.[0-9a-f]{32}; .*/) != nil)
      for attribute in ["Path=/", "SameSite=Strict", "Max-Age=86400", "HttpOnly"] {
        #expect(cookie.contains(attribute))
      }
      #expect(!cookie.contains(service.key))
      #expect(!cookie.contains("Secure"))
      let desk = try visitor.get("/desk", DeskVisitor.window + "Cookie: \(right.deskCookie!)\r\n")
      #expect(desk.text.contains(#"action="./desk/next""#))
      #expect(desk["x-frame-options"] == "DENY")
    }
  }

  @Test("a browser's window that did not keep the session is told so; one that did is led on")
  func cookieRefused() async throws {
    try await withService { service in
      let browser = try service.browser()
      let kept = try browser.get("/desk?opened", DeskVisitor.window)
      #expect(kept.status == 303 && kept["location"] == "desk")
      let refused = try service.visitor().get("/desk?opened", DeskVisitor.window)
      #expect(refused.status == 200)
      let notice = #"role="status">The key is right, but your browser did not keep"#
      #expect(refused.text.contains(notice))
      #expect(try !service.visitor().get("/desk", DeskVisitor.window).text.contains(notice))
    }
  }

  @Test("a script with the key needs to say nothing of where it is from")
  func bearer() async throws {
    try await withService { service in
      let script = try service.script()
      #expect(try script.get().status == 200)
      #expect(try script.get("/desk").status == 200)
      #expect(try script.post("close").number("version") == 2)
      let lower = DeskVisitor(
        client: try service.client(), fields: "authorization: bearer  \(service.key)\r\n")
      #expect(try lower.post("open").number("version") == 3)
    }
  }

  @Test("credentials that a proxy asks for are not the desk's")
  func proxyCredentials() async throws {
    try await withService { service in
      var browser = try service.browser()
      browser.fields += "Authorization: Basic eDp5\r\n"
      #expect(try browser.post("close").status == 200)
    }
  }

  // MARK: Places

  @Test("a desk kept to this machine answers no proxy, and nobody from elsewhere")
  func local() async throws {
    try await withService("--desk", "local") { service in
      #expect(try service.script().get().status == 200)
      for field in ["X-Forwarded-For: 127.0.0.1\r\n", "Forwarded: for=127.0.0.1\r\n"] {
        for target in Self.reads {
          let reply = try service.script().get(target, field)
          #expect(reply.status == 403)
          #expect(reply.text.contains(#""code":"local""#))
        }
        #expect(try service.script().post("close", "", field).status == 403)
        #expect(try service.visitor().post("session", "key=\(service.key)", field).status == 403)
      }
      #expect(try service.script().post("pair").status == 409)
    }
    let box = try ballotBox()
    let gate = DeskGate(
      for: box, fixedKey: nil, reach: .local, publicURL: nil, wrongKeys: WrongKeys(clock: .system))
    // Made in this process, it comes from no address.
    #expect(throws: HTTPError.self) { try gate.checkPlace(Request(.get, "/desk")) }
  }

  @Test("a desk kept to this machine has a cookie for this machine, also behind a proxy")
  func localBehindProxy() async throws {
    try await withService("--desk", "local", "--public-url", "https://vote.example/poll/") {
      let cookie = try #require(
        try $0.visitor().post("session", "key=\($0.key)").cookies.first)
      #expect(cookie.contains("Path=/;"))
      #expect(!cookie.contains("Secure"))
    }
  }

  @Test(
    "the start prints the desk's address with its key, once, and no request does",
    arguments: [
      ([], "http://localhost:"),
      (["--public-url", "https://vote.example/poll"], "https://vote.example/poll/"),
      (["--desk", "local", "--public-url", "https://vote.example/poll"], "http://localhost:"),
    ])
  func announcement(arguments: [String], start: String) async throws {
    let lines = Mutex<[String]>([])
    let options = try Options(
      ["--port", "0", "--root", packageFolder, "--database", ":memory:", "--log", "requests"]
        + arguments, environment: [:], cores: 1)
    let service = try await Service.start(
      options, log: Log { line in lines.withLock { $0.append(line) } })
    service.announce()
    _ = try service.visitor().get("/desk", DeskVisitor.window)
    _ = try service.script().post("close")
    _ = try service.visitor().post("session", "key=\(service.key)")
    _ = try service.visitor().post("session", "key=\(service.key)x")
    let key = service.key
    await service.stop()
    let told = lines.withLock { $0 }.filter { $0.contains(key) }
    #expect(told.count == 1)
    #expect(told.first?.hasPrefix("present with \(start)") == true)
    #expect(told.first?.hasSuffix("desk#\(key)") == true)
  }

  // MARK: Keys

  @Test("the key and the sessions outlive a restart")
  func restart() async throws {
    let folder = try TemporaryFolder()
    let database = "\(folder.path)/votes.sqlite"
    var key = ""
    var browserFields = ""
    try await withService(database: database) { service in
      key = service.key
      browserFields = try service.browser().fields
    }
    try await withService(database: database) { service in
      #expect(service.key == key)
      let browser = DeskVisitor(client: try service.client(), fields: browserFields)
      #expect(try browser.post("close").status == 200)
    }
    // The host's own comes in its place, and throws out who had the other.
    try await withService("--presenter-key", "0123456789abcdef", database: database) { service in
      #expect(service.key == "0123456789abcdef")
      let browser = DeskVisitor(client: try service.client(), fields: browserFields)
      #expect(try browser.post("open").status == 401)
      #expect(try service.script().post("open").status == 200)
    }
  }

  @Test(
    "the cookie is kept to the public address",
    arguments: [
      ("https://vote.example/poll", "Path=/poll/;", true),
      ("http://vote.example", "Path=/;", false),
    ])
  func publicAddress(url: String, path: String, isSecure: Bool) async throws {
    try await withService("--public-url", url) { service in
      let reply = try service.visitor().post("session", "key=\(service.key)")
      let cookie = try #require(reply.cookies.first)
      #expect(cookie.contains(path))
      #expect(cookie.contains("; Secure") == isSecure)
    }
  }

  @Test("after ten wrong keys in a minute the next is told to wait, and the right one never")
  func tooMany() throws {
    let clock = ManualClock()
    let gate = DeskGate(
      for: try ballotBox(), fixedKey: nil, reach: .everywhere, publicURL: nil,
      wrongKeys: WrongKeys(clock: .manual(clock)))
    func status(_ key: String) -> (Int, String?) {
      do throws(HTTPError) {
        try gate.admit(
          Request(.get, "/desk/state.json", fields: ["Authorization": "Bearer \(key)"]))
        return (200, nil)
      } catch {
        return (error.status.code, error.fields["Retry-After"])
      }
    }
    for _ in 0..<5 { #expect(status("wrong") == (401, nil)) }
    clock.advance(by: .seconds(30))
    for _ in 0..<5 { #expect(status("wrong") == (401, nil)) }
    for _ in 0..<10_000 where status("wrong").0 != 429 { Issue.record("not told to wait") }
    #expect(status("wrong") == (429, "31"))
    #expect(status(gate.key.text) == (200, nil))
    clock.advance(by: .seconds(30))
    // The first five are forgotten.
    for _ in 0..<5 { #expect(status("wrong") == (401, nil)) }
    #expect(status("wrong") == (429, "31"))
    #expect(status(gate.key.text) == (200, nil))
  }

  @Test("a flood of wrong keys holds no connection and keeps no host out")
  func flood() async throws {
    try await withService { service in
      let visitor = try service.visitor()
      let start = ContinuousClock.now
      var statuses: [Int: Int] = [:]
      for number in 0..<500 {
        statuses[try visitor.post("session", "key=wrong\(number)").status, default: 0] += 1
      }
      // Every minute that it takes gives ten more.
      let minutes = Int((ContinuousClock.now - start) / WrongKeys.interval) + 1
      let refused = statuses[401] ?? 0
      #expect(refused >= WrongKeys.max && refused <= minutes * WrongKeys.max)
      #expect(statuses == [401: refused, 429: 500 - refused])
      #expect(try await limited(visitor)["retry-after"] != nil)
      #expect(try service.browser().post("close").status == 200)
      #expect(try service.script().post("open").status == 200)
      #expect(try visitor.post("session", "key=\(service.key)").status == 200)
      let page = try await limited(visitor, DeskVisitor.window + DeskVisitor.ownOrigin)
      #expect(page.text.contains(#"name="key""#))
    }
  }

  /// Tries wrong keys until there are too many.
  private func limited(_ visitor: DeskVisitor, _ fields: String = "") async throws -> Reply {
    try await eventually("there to be too many") {
      let reply = try visitor.post("session", "key=wrong", fields)
      return reply.status == 429 ? reply : nil
    }
  }

  private func ballotBox() throws -> BallotBox {
    try BallotBox(
      ledger: LocalLedger(MemoryLedger()), executor: QueueExecutor(), question: Question("Tea?"))
  }
}
