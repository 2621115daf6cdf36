import HTTPServer
import Synchronization
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

@Suite("Votes with codes")
struct CodesTests {
  /// A service with so many codes.
  private func withCodes(
    _ count: Int = 3, _ arguments: String..., log: Log = .silent,
    body: (Service, [VotingCode]) async throws -> Void
  ) async throws {
    try await withService(arguments: ["--ballots", "codes"] + arguments, log: log) { service in
      try await service.ballotBox.perform(.codes(count: count, replaces: false))
      try await body(service, service.ballotBox.codes(0..<count))
    }
  }

  private func post(
    _ client: Client, _ target: String, _ body: String, _ fields: String = ""
  ) throws -> Reply {
    try client.send(
      """
      POST \(target) HTTP/1.1\r\nHost: test\r\nContent-Length: \(body.utf8.count)\r
      Content-Type: application/x-www-form-urlencoded\r\n\(fields)\r\n\(body)
      """)
    return try client.reply()
  }

  private let window = "Accept: text/html\r\nOrigin: http://test\r\n"
  private let page = "Accept: text/html\r\n"

  private func wrong(_ service: Service) throws -> VotingCode {
    try #require(
      ["ABCDEFGH", "HGFEDCBA"].compactMap { VotingCode($0) }
        .first { !service.ballotBox.isIssued($0) })
  }

  @Test("a script's vote has the code beside the choice, in the address or in the body")
  func scripts() async throws {
    try await withCodes { service, codes in
      let client = try service.client()
      #expect(try client.get("/vote?yes=true&code=\(codes[0])").text == #"{"vote":"yes"}"#)
      #expect(
        try post(client, "/vote", "yes=false&code=\(codes[1].grouped.lowercased())").status == 200)
      #expect(try service.tally() == "1:1")
      #expect(try client.get("/vote?yes=false&code=\(codes[0])").status == 200)
      #expect(try service.tally() == "0:2")
    }
  }

  @Test("a vote without a code or with a wrong one is refused in clear words")
  func refused() async throws {
    try await withCodes { service, codes in
      let client = try service.client()
      let none = try client.get("/vote?yes=true")
      #expect(none.status == 403)
      #expect(none.text.hasPrefix(#"{"code":"code-needed","error":"A vote needs the code"#))
      for text in ["\(try wrong(service))", "ABCDEFG0", "x"] {
        let reply = try client.get("/vote?yes=true&code=\(text)")
        #expect(reply.status == 403)
        #expect(reply.text.hasPrefix(#"{"code":"wrong-code","error":"There is no such code"#))
      }
      #expect(try client.get("/vote?yes=true&code=\(codes[0])&code=\(codes[1])").status == 400)
      #expect(try service.tally() == "0:0")
    }
  }

  @Test("a card's address gives the phone its code, in any case, and leads to the voting page")
  func card() async throws {
    try await withCodes { service, codes in
      for target in ["/C/\(codes[0])", "/c/\("\(codes[0])".lowercased())"] {
        let reply = try service.client().get(target, fields: page)
        #expect(reply.status == 303)
        #expect(reply["location"] == "../")
        let cookie = try #require(reply.codesCookie)
        let shown = try service.client().get("/", fields: "\(page)Cookie: \(cookie)\r\n").text
        #expect(shown.contains(#"<input type="hidden" name="code" value="\#(codes[0])">"#))
        #expect(shown.contains(codes[0].grouped))
      }
      let wrong = try service.client().get("/C/\(try wrong(service))", fields: page)
      #expect(wrong.status == 403)
      #expect(wrong.text.contains("There is no such code"))
      #expect(wrong.codesCookie == nil)
    }
  }

  @Test("a card's link from another site is confirmed by a person first")
  func foreignCard() async throws {
    try await withCodes { service, codes in
      let fields = "\(page)Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n"
      let reply = try service.client().get("/C/\(codes[0])", fields: fields)
      #expect(reply["location"] == "../?code=\(codes[0])")
      #expect(reply.codesCookie == nil)
      let shown = try service.client().get("/?code=\(codes[0])", fields: page)
      #expect(shown.text.contains(#"value="\#(codes[0])" required"#))
      #expect(shown.codesCookie == nil)
      let prefetch = try service.client().get(
        "/C/\(codes[0])", fields: "\(page)Sec-Purpose: prefetch\r\n")
      #expect(prefetch.status == 403)
      #expect(
        try post(
          try service.client(), "/C", "code=\(codes[0])",
          "Accept: text/html\r\nOrigin: http://elsewhere\r\n"
        ).status == 403)
    }
  }

  @Test("a code is typed on the page, without a script, and what was wrong is said beside it")
  func typing() async throws {
    try await withCodes { service, codes in
      let client = try service.client()
      #expect(try client.get("/", fields: page).text.contains("The code of your card"))
      let wrong = try post(client, "/C", "code=\(try wrong(service))&round=1", window)
      #expect(wrong.status == 403)
      #expect(wrong.text.contains("There is no such code"))
      #expect(wrong.text.contains(#"value="\#(try self.wrong(service))""#))
      let right = try post(client, "/C", "code=\(codes[0].grouped)&round=1", window)
      #expect(right.status == 303)
      #expect(right["location"] == "./")
      #expect(right.codesCookie != nil)
      // With the vote in one press.
      let vote = try post(client, "/vote", "code=\(codes[1])&round=1&yes=true", window)
      #expect(vote.status == 303)
      #expect(try #require(vote.codesCookie).contains("\(codes[1])"))
      #expect(try service.tally() == "1:0")
    }
  }

  @Test("a phone holds several codes: each is shown with its own vote, and votes by itself")
  func several() async throws {
    try await withCodes { service, codes in
      let client = try service.client()
      let first = try #require(try client.get("/C/\(codes[0])", fields: page).codesCookie)
      let both = try #require(
        try post(
          client, "/C", "another=\(codes[1])&code=\(codes[0])",
          "\(window)Cookie: \(first)\r\n"
        ).codesCookie)
      _ = try post(client, "/vote", "code=\(codes[0])&yes=true", "Cookie: \(both)\r\n")
      _ = try post(client, "/vote", "code=\(codes[1])&yes=false", "Cookie: \(both)\r\n")
      #expect(try service.tally() == "1:1")
      let shown = try client.get("/", fields: "\(page)Cookie: \(both)\r\n").text
      #expect(shown.contains(#"data-code="\#(codes[1])" data-choice="no" aria-current="true""#))
      #expect(shown.contains(#"data-code="\#(codes[0])" data-choice="yes" >"#))
      #expect(shown.contains(#"data-choice="no" data-offered"#))
    }
  }

  @Test("a phone holds no more codes than the limit, and forgets those that were replaced")
  func many() async throws {
    try await withCodes(12) { service, codes in
      let client = try service.client()
      var cookie = ""
      for code in codes.prefix(CodeCookie.maxCodes) {
        let fields = "\(page)Cookie: \(cookie)\r\n"
        cookie = try #require(try client.get("/C/\(code)", fields: fields).codesCookie)
      }
      let fields = "\(page)Cookie: \(cookie)\r\n"
      let full = try client.get("/C/\(codes[11])", fields: fields)
      #expect(full.status == 409)
      #expect(full.text.contains("This phone holds 10 codes already"))
      // One that it has becomes the one that it votes with next.
      #expect(try client.get("/C/\(codes[0])", fields: fields).status == 303)
      let vote = try post(client, "/vote", "code=\(codes[11])&yes=true", "Cookie: \(cookie)\r\n")
      #expect(vote.status == 200)
      #expect(vote.codesCookie == nil)
      try await service.ballotBox.perform(.close)
      try await service.ballotBox.perform(.codes(count: 1, replaces: true))
      #expect(try client.get("/", fields: fields).text.contains("The code of your card"))
    }
  }

  @Test("a cookie that somebody made up finds no code")
  func seals() async throws {
    try await withCodes { service, codes in
      let cookie = "codes-\(service.ballotBox.cookieSuffix)=\(codes[0])-0123456789abcdef"
      let shown = try service.client().get("/", fields: "\(page)Cookie: \(cookie)\r\n").text
      #expect(shown.contains(#"data-card="none""#))
    }
  }

  @Test("the cookie is the ledger's own, out of scripts' reach, and goes where the public URL says")
  func cookie() async throws {
    try await withCodes(3, "--public-url", "https://vote.example/poll/") { service, codes in
      let reply = try service.client().get("/C/\(codes[0])", fields: page)
      let cookie = try #require(reply.cookies.first)
      #expect(cookie.hasPrefix("codes-\(service.ballotBox.cookieSuffix)=\(codes[0])-"))
      for attribute in ["Path=/poll/", "SameSite=Lax", "HttpOnly", "Secure"] {
        #expect(cookie.contains("; \(attribute)"), "\(attribute)")
      }
    }
  }

  @Test("too many wrong codes are told to wait; a right one works at once, from the same address")
  func guessing() async throws {
    try await withCodes { service, codes in
      let client = try service.client()
      let wrong = try wrong(service)
      for _ in 0..<CodeGuesses.patience { _ = try client.get("/vote?yes=true&code=\(wrong)") }
      // As many as were forgotten meanwhile are answered as usual.
      var reply = try client.get("/vote?yes=true&code=\(wrong)")
      for _ in 0..<1_000 where reply.status == 403 {
        reply = try client.get("/vote?yes=true&code=\(wrong)")
      }
      #expect(reply.status == 429)
      #expect(reply["retry-after"] == "1")
      #expect(reply.text.hasPrefix(#"{"code":"too-many-codes","error":"Too many wrong codes"#))
      #expect(try client.get("/vote?yes=true&code=\(codes[0])").status == 200)
      #expect(try client.get("/C/\(codes[1])", fields: page).status == 303)
    }
  }

  @Test("neither the request log nor a metric shows a code")
  func log() async throws {
    let lines = Mutex<[String]>([])
    let log = Log { line in lines.withLock { $0.append(line) } }
    try await withCodes(3, "--log", "requests", log: log) { service, codes in
      let client = try service.client()
      for target in [
        "/C/\(codes[0])", "/c/\(codes[0])", "/%43/\(codes[0])", "/C/\(codes[0])/x",
        "/poll/C/\(codes[0])", "/vote?yes=true&code=\(codes[0])", "/?code=\(codes[0])",
      ] {
        _ = try client.get(target, fields: page)
      }
      let metrics = try client.get("/metrics").text
      #expect(!metrics.contains("\(codes[0])"))
      #expect(metrics.contains(#"reason="code""#))
      let said = lines.withLock { $0 }
      #expect(said.contains { $0.contains("GET /C/… 303") })
      #expect(said.count >= 7)
      #expect(!said.contains { $0.contains("\(codes[0])") })
    }
  }

  @Test("where votes come without codes, a card leads to the question")
  func withoutCodes() async throws {
    try await withService { service in
      try await service.ballotBox.perform(.codes(count: 1, replaces: false))
      let code = try #require(service.ballotBox.codes(0..<1).first)
      let reply = try service.client().get("/C/\(code)", fields: page)
      #expect(reply["location"] == "../")
      #expect(reply.cookies.isEmpty)
      #expect(try service.client().get("/vote?yes=true").status == 200)
      #expect(!(try service.client().get("/", fields: page).text.contains("codes.js")))
      #expect(try service.script().get().text.contains(#""codes":null"#))
    }
  }

  // MARK: The desk

  @Test("the desk issues codes and answers with their cards; others do not")
  func desk() async throws {
    try await withCodes(2) { service, _ in
      #expect(try service.visitor().post("codes", "count=3").status == 401)
      let desk = try service.script()
      let sheet = try desk.post("codes", "count=3")
      #expect(sheet.status == 200)
      #expect(sheet["content-type"] == "text/html; charset=utf-8")
      #expect(sheet["content-security-policy"]?.contains("script-src") == false)
      #expect(sheet["cache-control"] == "no-store")
      #expect(sheet.text.matches(of: #/class="card"/#).count == 3)
      for code in service.ballotBox.codes(2..<5) { #expect(sheet.text.contains(code.grouped)) }
      #expect(!sheet.text.contains(try #require(service.ballotBox.codes(0..<1).first).grouped))
      let all = try desk.post("codes", "list=true")
      #expect(all.text.split(separator: "\n").count == 5)
      #expect(try desk.post("codes", "list=true&from=5").text.split(separator: "\n").count == 1)
      _ = try service.client().get("/vote?yes=true&code=\(service.ballotBox.codes(0..<1)[0])")
      let state = try desk.get().text
      #expect(state.contains(#""codes":{"issued":5,"used":1}"#))
      #expect(state.contains(#""codesIssued":5"#))
      let form = try service.browser().get("/desk/codes", DeskVisitor.window).text
      #expect(form.contains("Codes: 1 used of 5 issued") && form.contains(#"max="1000""#))
      // It asks for them already.
      #expect(form.contains("<p hidden>Without codes, "))
      #expect(try service.visitor().get("/desk/codes").status == 401)
      let page = try service.browser().get("/desk", DeskVisitor.window).text
      #expect(page.contains("Codes: 1 used of 5 issued"))
    }
  }

  @Test("the minutes and the record's text tell how many codes there were, and how many voted")
  func minutes() async throws {
    try await withCodes(3) { service, codes in
      _ = try service.client().get("/vote?yes=true&code=\(codes[0])")
      try await service.ballotBox.perform(.close)
      #expect(try service.client().get("/minutes.txt").text.contains("Codes: 1 used of 3 issued\n"))
      #expect(try service.client().get("/record.txt").text.contains("\ncodes issued: 3\n"))
    }
  }

  @Test(
    "the desk refuses more codes at a time than an answer holds, and to replace them during a vote")
  func deskLimits() async throws {
    try await withCodes(2) { service, _ in
      let desk = try service.script()
      #expect(try desk.post("codes", "count=1001").text.contains("too-many-at-once"))
      #expect(try desk.post("codes", "count=0").text.contains("too-many-issued"))
      let busy = try desk.post("codes", "count=1&replace=true")
      #expect(busy.status == 409)
      #expect(busy.text.contains("codes-in-use"))
      _ = try desk.post("close")
      #expect(try desk.post("codes", "count=1&replace=true").status == 200)
      #expect(service.ballotBox.issuedCodes.count == 1)
      #expect(try desk.post("codes", "count=1&version=1").status == 409)
    }
  }
}

extension Reply {
  /// The codes this response sets, as a browser sends them back.
  fileprivate var codesCookie: String? {
    cookies.first { $0.hasPrefix("codes-") }.map { String($0.prefix { $0 != ";" }) }
  }
}
