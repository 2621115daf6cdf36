import HTTPServer
import TestSupport
import Testing

@testable import ShowOfHands

@Suite("The ballot's cookie")
struct BallotCookieTests {
  private func cookie(_ value: String) -> String { "Cookie: \(value)\r\n" }

  private func post(_ client: Client, _ body: String, _ fields: String = "") throws -> Reply {
    try client.send(
      """
      POST /vote HTTP/1.1\r\nHost: test\r\nContent-Length: \(body.utf8.count)\r
      Content-Type: application/x-www-form-urlencoded\r\n\(fields)\r\n\(body)
      """)
    return try client.reply()
  }

  @Test("the cookie's name is the ledger's own, so that two servers on one host do not mix")
  func twoServers() async throws {
    try await withService { one in
      try await withService { other in
        let cookies = try [one, other].map { try #require($0.client().get("/").ballotCookie) }
        let names = cookies.map { $0.prefix { $0 != "=" } }
        #expect(names[0] != names[1])
        #expect(names[0].wholeMatch(of: /ballot-[a-z0-9]{6}/) != nil)
        let both = cookie(cookies.joined(separator: "; "))
        for service in [one, other, one] {
          let reply = try service.client().get("/vote?yes=true", fields: both)
          #expect(reply.status == 200)
          #expect(reply.cookies.isEmpty)
        }
        #expect(try one.tally() == "1:0")
        #expect(try other.tally() == "1:0")
      }
    }
  }

  @Test("of several cookies of one name the first that is genuine counts")
  func planted() async throws {
    try await withService { service in
      let client = try service.client()
      let genuine = try #require(try client.get("/").ballotCookie)
      let name = genuine.prefix { $0 != "=" }
      let forged = "\(name)=1.00000000000000000000000000000000"
      for sent in [
        "\(name)=junk; \(genuine)", "\(forged); \(genuine)", "ballot=junk; \(genuine); \(forged)",
        "\(name)=; \(genuine)\r\nCookie: \(name)=x",
      ] {
        let reply = try client.get("/vote?yes=true", fields: cookie(sent))
        #expect(reply.cookies.isEmpty, "\(sent)")
      }
      #expect(try service.tally() == "1:0")
    }
  }

  @Test("a cookie of an older version goes on counting, and gets the new name")
  func renamed() async throws {
    try await withService { service in
      let client = try service.client()
      let new = try #require(try client.get("/").ballotCookie)
      let old = "ballot=" + new.drop { $0 != "=" }.dropFirst()
      for target in ["/", "/vote?yes=true"] {
        let reply = try client.get(target, fields: cookie("ballot=junk; \(old)"))
        #expect(reply.status == 200)
        #expect(reply.ballotCookie == new)
        let deleted = try #require(reply.cookies.last)
        #expect(deleted.hasPrefix("ballot=; Path=/;"))
        #expect(deleted.contains("Max-Age=0"))
      }
      #expect(try client.get("/vote?yes=true", fields: cookie(new)).cookies.isEmpty)
      // The new name counts before the old one.
      let other = try #require(try client.get("/").ballotCookie)
      let both = cookie("\(old); \(other)")
      #expect(try client.get("/vote?yes=false", fields: both).cookies.isEmpty)
      #expect(try service.tally() == "1:1")
    }
  }

  @Test("presses of one page that keeps no cookies are one ballot")
  func pageKey() async throws {
    try await withService { service in
      let client = try service.client()
      let key = try #require(try client.get("/").ballotCookie).drop { $0 != "=" }.dropFirst()
      for _ in 0..<3 {
        let reply = try post(client, "yes=true&round=1&ballot=\(key)")
        #expect(reply.text == #"{"vote":"yes"}"#)
        #expect(reply.ballotCookie?.hasSuffix(key) == true)
      }
      _ = try post(client, "yes=false&ballot=\(key)")
      #expect(try service.tally() == "0:1")
      // The browser's own cookie comes first, and a key nobody gave out is none.
      let own = try #require(try client.get("/").ballotCookie)
      _ = try post(client, "yes=true&ballot=\(key)", cookie(own))
      #expect(try service.tally() == "1:1")
      let forged = try post(client, "yes=true&ballot=1.00000000000000000000000000000000")
      #expect(forged.ballotCookie != nil)
      #expect(try service.tally() == "2:1")
    }
  }

  @Test("a form's vote leads back to the page, which learns whether the browser keeps cookies")
  func counted() async throws {
    try await withService("--yes", "Aye") { service in
      let client = try service.client()
      let window = "Accept: text/html\r\n"
      let own = "Origin: http://test\r\n"
      let first = try post(client, "yes=true", window + own)
      #expect(first.status == 303)
      #expect(first["location"] == "./?counted=yes")
      let kept = cookie(try #require(first.ballotCookie))
      #expect(try post(client, "yes=true", window + own + kept)["location"] == "./")
      #expect(try post(client, "yes=false", window + own)["location"] == "./?counted=no")

      let referer = "Referer: http://test/\r\n"
      let refused = try client.get("/?counted=yes", fields: window + referer)
      #expect(refused.status == 200)
      #expect(refused.text.contains("Aye"))
      // Another ballot would not be told from this one.
      #expect(refused.cookies.isEmpty)
      let brought = try client.get("/?counted=no", fields: window + referer + kept)
      #expect(brought.text.contains(#"data-choice="yes""#))
      // Somebody passed the address on: nothing was counted for who opens it, who may vote.
      let passedOn = try client.get("/?counted=yes", fields: window)
      #expect(passedOn.ballotCookie != nil)
      #expect(!passedOn.text.contains("Thank you"))
      // And what was counted in another round says nothing of this one.
      let withRound = try post(client, "yes=true&round=1", window + own)
      #expect(withRound["location"] == "./?counted=yes&round=1")
      let past = try client.get("/?counted=yes&round=2", fields: window + referer)
      #expect(past.ballotCookie != nil)
      #expect(!past.text.contains("Thank you"))
      #expect(try client.get("/?counted=maybe", fields: referer).ballotCookie != nil)
    }
  }

  @Test(
    "behind a public address the cookie is kept to its path, and to HTTPS where that is used",
    arguments: [
      ("https://vote.example", "Path=/;", true),
      ("https://vote.example/poll", "Path=/poll/;", true),
      ("http://vote.example/a/b/", "Path=/a/b/;", false),
    ])
  func publicAddress(url: String, path: String, isSecure: Bool) async throws {
    try await withService("--public-url", url) { service in
      let set = try #require(try service.client().get("/").cookies.first)
      #expect(set.contains(path))
      #expect(set.contains("; Secure") == isSecure)
    }
  }
}
