import HTTPServer
import TestSupport
import Testing

@testable import ShowOfHands

@Suite("Who may change something")
struct OriginRuleTests {
  enum Expected: Equatable {
    case allowed, unconfirmed
    case refused(String)
  }

  private static let phone = """
    User-Agent: Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36
    Accept-Language: de-DE,de;q=0.9
    """
  private static let window =
    "\(phone)\nAccept: text/html,application/xhtml+xml,image/avif,*/*;q=0.8"
  private static let script = "\(phone)\nAccept: */*"
  private static let host = "Host: vote.example:3000"

  private func judge(
    _ fields: String, _ method: Method = .get, publicURL: String? = nil
  ) throws -> Expected {
    var parsed = Fields()
    for line in fields.split(separator: "\n") {
      let colon = try #require(line.firstIndex(of: ":"))
      let name = try #require(FieldName(String(line[..<colon])))
      parsed.add(name, try FieldValue(String(line[colon...].dropFirst().drop { $0 == " " })))
    }
    let url = try publicURL.map { try #require(PublicURL($0)) }
    let request = Request(method, "/vote?yes=true", fields: parsed)
    switch OriginRule(publicURL: url).judge(request) {
    case .allowed: return .allowed
    case .unconfirmed: return .unconfirmed
    case .refused(let error):
      #expect(error.status == .forbidden)
      return .refused(error.code)
    }
  }

  @Test(
    "a program that says nothing of where it is from is believed",
    arguments: [
      "", "Accept: */*", "Accept: application/json", "User-Agent: curl/8.5.0\nAccept: */*",
      "Accept: */*\nAccept-Language: *\nSec-Fetch-Mode: cors\nUser-Agent: node",
      "Accept: */*\nAccept-Language: *\nUser-Agent: Deno/2.5.6",
      "User-Agent: Mozilla/5.0 (Windows NT; Windows NT 10.0; de-DE) WindowsPowerShell/5.1",
      "User-Agent: python-requests/2.32.3\nAccept: */*", "Sec-Fetch-Site: none",
      "Sec-Fetch-Site: none\nAccept: */*",
    ])
  func programs(fields: String) throws {
    for method in [Method.get, .post] {
      #expect(try judge("\(Self.host)\n\(fields)", method) == .allowed)
    }
  }

  @Test("where Sec-Fetch-Site is sent, it decides")
  func fetchMetadata() throws {
    for method in [Method.get, .post] {
      let own = "\(Self.host)\n\(Self.window)\nSec-Fetch-Site: same-origin"
      #expect(try judge(own, method) == .allowed)
      // A proxy has changed the name, and still the browser knows.
      #expect(try judge("\(own)\nOrigin: https://poll.example", method) == .allowed)
      for site in ["cross-site", "same-site", "Same-Origin", "", "same-origin, cross-site", "x"] {
        let request = "\(Self.host)\n\(Self.script)\nSec-Fetch-Site: \(site)"
        #expect(try judge(request, method) == .refused("foreign"), "\(site)")
        let dressed = "\(request)\nOrigin: http://vote.example:3000"
        #expect(try judge(dressed, method) == .refused("foreign"), "\(site)")
      }
    }
    let typed = "\(Self.host)\n\(Self.window)\nSec-Fetch-Site: none\nSec-Fetch-Mode: navigate"
    #expect(try judge(typed) == .unconfirmed)
    #expect(try judge("\(typed)\nReferer: http://vote.example:3000/") == .unconfirmed)
    #expect(try judge(typed, .post) == .allowed)
    #expect(try judge("\(typed)\nOrigin: http://evil.example", .post) == .refused("foreign"))
  }

  @Test(
    "the page must be of the host that the request was sent to",
    arguments: [
      ("vote.example:3000", "http://vote.example:3000", true),
      ("vote.example:3000", "http://VOTE.Example:3000", true),
      ("VOTE.example:3000", "http://vote.example:3000", true),
      ("vote.example.:3000", "http://vote.example:3000", true),
      ("vote.example:3000", "http://vote.example.:3000", true),
      ("vote.example", "http://vote.example", true),
      ("vote.example", "https://vote.example", true),
      ("vote.example", "HTTPS://vote.example:443", true),
      ("vote.example", "http://vote.example:80", true),
      ("vote.example:443", "https://vote.example", true),
      ("vote.example:80", "http://vote.example", true),
      ("vote.example:", "http://vote.example", true),
      ("192.168.1.20:3000", "http://192.168.1.20:3000", true),
      ("[::1]:3000", "http://[::1]:3000", true),
      ("[FE80::A]", "http://[fe80::a]", true),
      ("my_host:3000", "http://my_host:3000", true),
      ("vote.example:3000", "http://vote.example", false),
      ("vote.example", "http://vote.example:3000", false),
      ("vote.example:3000", "http://vote.example:3001", false),
      ("vote.example", "http://vote.example:443", false),
      ("vote.example", "https://vote.example:80", false),
      ("vote.example:443", "http://vote.example", false),
      ("vote.example:80", "https://vote.example", false),
      ("vote.example:3000", "http://evil.example:3000", false),
      ("vote.example:3000", "http://vote.example.evil.example:3000", false),
      ("vote.example:3000", "http://evilvote.example:3000", false),
      ("[::1]:3000", "http://[::2]:3000", false),
      ("[::1]", "http://[::1", false),
      ("[::1]", "http://::1", false),
      ("vote.example:3000", "http://vote.example:3000@evil.example", false),
      ("vote.example:3000", "http://me@vote.example:3000", false),
      ("vote.example:3000", "http://evil.example\\@vote.example:3000", false),
      ("vote.example:3000", "http://evil.example%2f@vote.example:3000", false),
      ("vote.example:3000", "ftp://vote.example:3000", false),
      ("vote.example:3000", "chrome-extension://vote.example:3000", false),
      ("vote.example:3000", "//vote.example:3000", false),
      ("vote.example:3000", "vote.example:3000", false),
      ("vote.example:3000", "http:vote.example:3000", false),
      ("vote.example:3000", "http://", false),
      ("vote.example:3000", "http://vote.example:3000000", false),
      ("vote.example:3000", "http://vote.example:+3000", false),
      ("vote.example:3000", "http://vote.example:3000:1", false),
      ("vote.example:3000", "http:// vote.example:3000", false),
      ("vote.example:3000", "null", false),
      ("vote.example:3000", "", false),
      ("vote.example:3000", "about:blank", false),
      ("vote.example:3000", "http://vote.example:3000, http://evil.example", false),
      ("vote.example:3000", "http://vote.exаmple:3000", false),
    ])
  func hosts(host: String, origin: String, isOwn: Bool) throws {
    let expected: Expected = isOwn ? .allowed : .refused("foreign")
    for sender in [Self.window, Self.script, "Accept: */*"] {
      for method in [Method.get, .post] {
        let request = "Host: \(host)\n\(sender)"
        #expect(try judge("\(request)\nOrigin: \(origin)", method) == expected)
        let rest = isOwn ? "/result?a=b#c" : ""
        #expect(try judge("\(request)\nReferer: \(origin)\(rest)", method) == expected)
      }
    }
  }

  @Test("an origin has nothing behind its host, and decides before the referrer")
  func originFirst() throws {
    let request = "\(Self.host)\n\(Self.window)"
    #expect(try judge("\(request)\nOrigin: http://vote.example:3000/") == .refused("foreign"))
    let own = "http://vote.example:3000"
    #expect(
      try judge("\(request)\nOrigin: null\nReferer: \(own)/", .post) == .refused("foreign"))
    #expect(
      try judge("\(request)\nOrigin: http://evil.example\nReferer: \(own)/", .post)
        == .refused("foreign"))
    #expect(
      try judge("\(request)\nOrigin: \(own)\nReferer: http://evil.example/", .post) == .allowed)
    #expect(
      try judge("\(request)\nOrigin: \(own)\nOrigin: http://evil.example", .post)
        == .refused("foreign"))
    #expect(try judge("\(request)\nReferer: http://evil.example/?\(own)/") == .refused("foreign"))
    #expect(try judge("\(request)\nReferer: http://evil.example#\(own)/") == .refused("foreign"))
  }

  @Test("behind a proxy it may be of the host the proxy was asked for, or of the public address")
  func proxies() throws {
    let request = "Host: 127.0.0.1:3000\n\(Self.window)"
    let page = "\(request)\nOrigin: http://vote.example"
    #expect(try judge(page, .post) == .refused("foreign"))
    for hosts in ["vote.example", "VOTE.EXAMPLE:80", "vote.example, inner", "outer,vote.example"] {
      #expect(try judge("\(page)\nX-Forwarded-Host: \(hosts)", .post) == .allowed, "\(hosts)")
    }
    for hosts in ["other.example", "", ",", "vote.example:3000", "vote.example evil.example"] {
      let forwarded = "\(page)\nX-Forwarded-Host: \(hosts)"
      #expect(try judge(forwarded, .post) == .refused("foreign"), "\(hosts)")
    }
    #expect(try judge(page, .post, publicURL: "http://vote.example/poll/") == .allowed)
    #expect(try judge(page, .post, publicURL: "http://vote.example:80") == .allowed)
    #expect(try judge(page, .post, publicURL: "http://vote.example:81") == .refused("foreign"))
    let secure = "\(request)\nReferer: https://vote.example/poll/"
    #expect(try judge(secure, .post, publicURL: "https://Vote.example:443/poll") == .allowed)
    #expect(try judge(secure, .post, publicURL: "https://other.example") == .refused("foreign"))
    // The server's own name goes on counting.
    let direct = "\(Self.host)\nOrigin: http://vote.example:3000"
    #expect(try judge(direct, .post, publicURL: "https://poll.example") == .allowed)
  }

  @Test("a browser that says nothing of the page is shown it first, and its other requests refused")
  func withoutReferrer() throws {
    #expect(try judge("\(Self.host)\n\(Self.window)") == .unconfirmed)
    #expect(try judge("\(Self.host)\nAccept: text/html") == .unconfirmed)
    #expect(try judge("\(Self.host)\nAccept: application/json, TEXT/HTML;q=0.5") == .unconfirmed)
    #expect(try judge("\(Self.host)\nSec-Fetch-Mode: navigate") == .unconfirmed)
    #expect(try judge("\(Self.host)\n\(Self.window)", .head) == .unconfirmed)
    #expect(try judge("\(Self.host)\n\(Self.script)") == .refused("foreign"))
    #expect(try judge("\(Self.host)\nAccept-Language: en") == .refused("foreign"))
    #expect(
      try judge("\(Self.host)\n\(Self.script)\nSec-Fetch-Site: none\nSec-Fetch-Mode: no-cors")
        == .refused("foreign"))
    // What a page elsewhere can write over a browser's own words, and what it cannot.
    let name = "User-Agent: Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"
    #expect(try judge("\(Self.host)\n\(name)\nAccept-Language: *") == .refused("foreign"))
    #expect(try judge("\(Self.host)\n\(name)\nAccept-Language:") == .refused("foreign"))
    // It has posted: then no browser sends neither.
    #expect(try judge("\(Self.host)\n\(Self.window)", .post) == .allowed)
  }

  @Test(
    "what is loaded ahead of time, for a preview or as a part of a page is nobody's wish",
    arguments: [
      "Sec-Purpose: prefetch", "Sec-Purpose: prefetch;prerender",
      "Sec-Purpose: prefetch;anonymous-client-ip", "Purpose: prefetch", "Purpose: Preview",
      "X-Purpose: preview", "X-Purpose: : preview", "X-Moz: prefetch",
      "Accept: image/avif,image/webp,image/apng,*/*;q=0.8", "Accept: image/*", "Accept: Image/PNG",
      "Accept: text/css,*/*;q=0.1", "Accept: video/webm,video/*;q=0.9,*/*;q=0.5",
      "User-Agent: Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
      "User-Agent: WhatsApp/2.23.20.0 A", "User-Agent: TelegramBot (like TwitterBot)",
      "User-Agent: facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
      "User-Agent: Twitterbot/1.0", "User-Agent: Mozilla/5.0 (compatible; Discordbot/2.0)",
      "User-Agent: Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
      "User-Agent: Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5",
      "User-Agent: http.rb/5.1.1 (Mastodon/4.2.1; +https://mastodon.example/)",
      "User-Agent: Preview-of-links/1.0 (+https://links.example/why)",
      "User-Agent: Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/)",
      "User-Agent: Mozilla/4.0 (compatible; ms-office; MSOffice 16)",
      "User-Agent: LinkedInBot/1.0", "User-Agent: Mozilla/5.0 (compatible; bingbot/2.0)",
      "User-Agent: Mozilla/5.0 (Macintosh) Applebot/0.1", "User-Agent: Synapse (bot; +https://x)",
      "User-Agent: http.rb/5.1 (Mastodon/4.2; +https://m.example/) Bot",
    ])
  func unmeant(field: String) throws {
    for method in [Method.get, .head, .post] {
      for rest in ["", "\nSec-Fetch-Site: same-origin", "\nReferer: http://vote.example:3000/"] {
        #expect(try judge("\(Self.host)\n\(field)\(rest)", method) == .refused("prefetch"))
      }
    }
    #expect(
      try judge("\(Self.host)\n\(field)\nReferer: http://evil.example/") == .refused("foreign"))
  }

  @Test(
    "browsers for people are taken for no robots",
    arguments: [
      "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36 Chrome/142.0 Mobile Safari/537.36",
      "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) [FBAN/FBIOS;FBAV/500.0]",
      "Mozilla/5.0 (Linux; Android 14) Chrome/142.0 Mobile Safari/537.36 Telegram-Android/11.2",
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
      "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 LinkedInApp/4.1",
      "curl/8.5.0", "",
    ])
  func people(name: String) {
    #expect(!LinkRobot.isName(name))
  }

  @Test("the refusal names both hosts, and the option that makes two names one server")
  func words() throws {
    func message(_ fields: Fields, publicURL: String? = nil) -> String {
      let rule = OriginRule(publicURL: publicURL.flatMap(PublicURL.init))
      guard case .refused(let error) = rule.judge(Request(.post, "/vote", fields: fields)) else {
        return "not refused"
      }
      return error.message
    }
    let plain = message(["Host": "vote.example:3000", "Origin": "http://evil.example"])
    #expect(plain.contains("evil.example and not from a page of vote.example:3000"))
    #expect(plain.contains("--public-url"))
    let linked = message(["Host": "vote.example", "Referer": "https://evil.example:8443/<b>"])
    #expect(linked.contains("evil.example:8443") && !linked.contains("<b>"))
    let proxied = message(
      ["Host": "127.0.0.1:3000", "Origin": "null"], publicURL: "https://poll.example/a/")
    #expect(proxied.contains("not from a page of poll.example"))
    #expect(message(["Sec-Fetch-Site": "cross-site"]).contains("another site"))
  }

  // MARK: On a real socket

  @Test("a page elsewhere adds no ballot and moves none, whatever it makes a browser send")
  func foreignPages() async throws {
    try await withService { service in
      let client = try service.client()
      let own = "http://127.0.0.1:\(service.port)"
      let cookie = try #require(try client.get("/").ballotCookie)
      let kept = "Host: 127.0.0.1:\(service.port)\r\nCookie: \(cookie)\r\nAccept-Language: de\r\n"
      func send(_ method: String, _ fields: String) throws -> Reply {
        try client.send("\(method) /vote?yes=true HTTP/1.1\r\n\(kept)\(fields)\r\n")
        return try client.reply(toHead: method == "HEAD")
      }
      let evil = "Referer: http://evil.example/\r\n"
      for fields in [
        "\(evil)Accept: image/avif,*/*;q=0.8\r\n", "\(evil)Accept: text/html\r\n",
        "\(evil)Accept: */*\r\n", "Accept: */*\r\n",
        "Origin: null\r\nAccept: text/html\r\n", "Origin: http://evil.example\r\n",
      ] {
        let reply = try send("GET", fields)
        #expect(reply.status == 403)
        #expect(reply["cache-control"] == "no-store")
      }
      for origin in ["null", "http://evil.example", "\(own).evil.example"] {
        #expect(try send("POST", "Origin: \(origin)\r\nContent-Length: 0\r\n").status == 403)
      }
      #expect(try service.tally() == "0:0")

      #expect(try send("HEAD", "Referer: \(own)/\r\n").status == 200)
      #expect(try service.tally() == "0:0")
      #expect(try send("GET", "Referer: \(own)/\r\nAccept: */*\r\n").text == #"{"vote":"yes"}"#)
      #expect(try send("POST", "Origin: \(own)\r\nContent-Length: 0\r\n").status == 200)
      #expect(try service.tally() == "1:0")
    }
  }

  @Test("a link from elsewhere shows the voting page and counts when a button is pressed")
  func link() async throws {
    try await withService { service in
      let client = try service.client()
      let browser = "Accept: text/html,*/*;q=0.8\r\nAccept-Language: de\r\n"
      let page = try client.get("/vote?yes=true&round=1", fields: browser)
      #expect(page.status == 200)
      #expect(page["content-type"] == "text/html; charset=utf-8")
      #expect(page["cache-control"] == "no-store")
      #expect(page.text.contains("<form"))
      #expect(page.ballotCookie != nil)
      #expect(try service.tally() == "0:0")
      let other = try client.get("/vote?yes=true&round=2", fields: browser)
      #expect(other.status == 409)
      #expect(other["content-type"] == "text/html; charset=utf-8")
    }
  }
}
