import Foundation
import HTTPServer
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

@Suite("The pages")
struct PagesTests {
  @Test("the pages escape whatever the question says")
  func escaping() async throws {
    try await withService("--question", #"<script>alert("&")</script>?"#) { service in
      for path in ["/", "/result"] {
        let page = try service.client().get(path)
        #expect(page.status == 200)
        #expect(!page.text.contains("<script>alert"))
        #expect(page.text.contains("&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;?"))
      }
    }
  }

  @Test(
    "the pages may load nothing from elsewhere and run nothing that stands in them",
    arguments: ["/", "/result"])
  func security(path: String) async throws {
    try await withService { service in
      let page = try service.client().get(path)
      let policy = try #require(page["content-security-policy"])
      #expect(policy.contains("default-src 'none'"))
      #expect(!policy.contains("unsafe"))
      #expect(page["x-content-type-options"] == "nosniff")
      #expect(page["referrer-policy"] != nil)
      #expect(!page.text.contains("style="))
      #expect(!page.text.contains("//cdn"))
    }
  }

  @Test("the pages show the numbers without any script")
  func numbers() async throws {
    try await withService { service in
      for choice in ["true", "true", "false"] {
        _ = try service.client().get("/vote?yes=\(choice)")
      }
      let page = try service.client().get("/result").text
      #expect(page.contains("67"))
      #expect(page.contains("33"))
    }
  }

  @Test("the pages of an error say what to do, to people in a page and to scripts in JSON")
  func errors() async throws {
    try await withService { service in
      let person = try service.client().get("/nothing", fields: "Accept: text/html\r\n")
      #expect(person.status == 404)
      #expect(person["content-type"] == "text/html; charset=utf-8")
      #expect(person["content-security-policy"] != nil)
      let script = try service.client().get("/nothing")
      #expect(script.status == 404)
      #expect(
        script.text == #"{"code":"not-found","error":"There is nothing at this address."}"#)
    }
  }

  @Test(
    "the pages weigh little with everything they load first: voting less than 20 KB, the result 30 KB",
    arguments: [("/", 20), ("/result", 30)], allLanguages.all.map(\.language))
  func weight(page: (path: String, kilobytes: Int), language: String) async throws {
    let (path, kilobytes) = page
    try await withService("--language", language) { service in
      var seen: Set<String> = []
      var waiting = [path]
      var bytes = 0
      while let next = waiting.popLast() {
        guard seen.insert(next).inserted else { continue }
        let reply = try service.client().get(next)
        #expect(reply.status == 200, "\(next)")
        bytes += reply.body.count
        waiting += reply.text.matches(of: /(?:href|src)="([^"]+\.(?:css|js|svg))"/).map {
          "/" + $0.1
        }
        waiting += reply.text.matches(of: /from "(?:\.|)(\/[^"]+\.js)"/).map { String($0.1) }
      }
      #expect(seen.count > 2)
      #expect(bytes < kilobytes * 1024, "\(bytes)")
    }
  }

  @Test("a link that offers a vote marks its button, and the page says that nothing is counted")
  func offered() throws {
    let fresh = try page(offered: .no)
    #expect(fresh.contains(#"data-offered="no""#))
    #expect(fresh.contains("Nothing is counted yet. To vote, press <bdi>Nay</bdi>"))
    #expect(fresh.contains(#"data-choice="""#))
    let other = try page(choice: .yes, offered: .no)
    #expect(other.contains("The link changed nothing, your vote is counted as before."))
    #expect(other.contains(#"data-choice="yes""#))
    let same = try page(choice: .no, offered: .no)
    #expect(same.contains("Counted: <bdi>Nay</bdi>"))
    #expect(same.contains(#"data-offered="""#))
    let closed = try page(offered: .no, isClosed: true)
    #expect(closed.contains(">Closed.<bdi>"))
    #expect(closed.contains(#"data-offered="""#))
  }

  @Test("a voter whose browser keeps no cookie is told what that means, and has no buttons left")
  func refusedCookie() throws {
    let page = try page(choice: .yes, isCookieRefused: true)
    #expect(page.contains("Counted: <bdi>Aye</bdi>. Your browser keeps no"))
    #expect(page.matches(of: /<button [^>]*disabled>/).count == 2)
    #expect(!(try self.page(choice: .yes)).contains(/<button [^>]*disabled>/))
  }

  @Test("a closed vote and the vote that counts are both said")
  func closed() throws {
    let page = try page(choice: .yes, isClosed: true)
    #expect(page.contains("Closed. Your answer: <bdi>Aye</bdi>."))
    #expect(page.matches(of: /<button [^>]*disabled>/).count == 2)
  }

  @Test("before the first question the voting page says so, and has no buttons to press")
  func waiting() throws {
    let pages = try VotingPages.inAllLanguages()
    let page = String(decoding: pages.vote(nil, choice: nil), as: UTF8.self)
    #expect(page.contains(#"<h1 data-waiting="You are in.">You are in.</h1>"#))
    #expect(page.contains("The first question comes here."))
    #expect(page.contains(#"data-phase="waiting""#))
    #expect(page.matches(of: /<button [^>]*disabled/).count == 3)
  }

  @Test("a page says the time that is left when it is made, and that the last votes are counted")
  func timeLeft() throws {
    for (left, words) in [
      (600_000, "10:00"), (59_001, "1:00"), (9_000, "0:09"), (1, "0:01"),
      (0, "Counting the last votes…"), (-1_999, "Counting the last votes…"),
    ] {
      let round = Round(
        number: 1, question: Question("Tea?"), openedSeconds: 1, closesAt: 1_000_000 + left)
      let words = "<p id=\"time\" dir=\"ltr\" role=\"timer\">\(words)</p>"
      let pages = try VotingPages.inAllLanguages()
      let page = pages.vote(
        RoundTally(round: round, tally: Tally()).disclosed, choice: nil, now: 1_000_000)
      #expect(String(decoding: page, as: UTF8.self).contains(words))
    }
  }

  @Test("a hidden round leaves no number in the voting page, and a revealed one is told in words")
  func outcome() throws {
    let pages = try VotingPages.inAllLanguages()
    for isHidden in [true, false] {
      let round = Round(
        number: 1, question: Question("Tea?", abstainLabel: "<None>"), openedSeconds: 1,
        closedSeconds: 2, isHidden: isHidden)
      let tally = Tally(yes: 1_999, no: 1, abstain: 7)
      let disclosed = RoundTally(round: round, tally: tally).disclosed
      let page = String(decoding: pages.vote(disclosed, choice: .abstain), as: UTF8.self)
      #expect(page.contains("Closed. Your answer: <bdi>&lt;None&gt;</bdi>."))
      #expect(page.contains("1\u{202F}999") == !isHidden)
      let isolated = page.filter { !"\u{2068}\u{2069}".contains($0) }
      #expect(
        isolated.contains("Yes 99.9% (1\u{202F}999) · No 0.1% (1) · &lt;None&gt; 7") == !isHidden)
    }
  }

  @Test("the addresses in an error page lead to the top of the site from wherever it is shown")
  func errorAddresses() throws {
    let pages = try VotingPages.inAllLanguages()
    let cases = [
      "/nothing": "./", "/a/b": "../", "/a/b/c?d=/e/f": "../../", "/a/": "../", "/a%2Fb": "./",
    ]
    for (path, root) in cases {
      let page = String(
        decoding: pages.error(HTTPError(.notFound, "No."), path: path), as: UTF8.self)
      #expect(page.contains("href=\"\(root)\""), "\(path)")
      #expect(page.contains("href=\"\(root)style.css\""), "\(path)")
    }
  }

  @Test("no page has an address that begins at the top of the host", arguments: ["vote", "result"])
  func relativeAddresses(view: String) throws {
    for file in ["Views/\(view).html", "Public/\(view).js", "Public/page.js", "Public/updates.js"] {
      let text = try String(contentsOfFile: "\(packageFolder)/\(file)", encoding: .utf8)
      #expect(!text.contains(/(href|src|action)="\//), "\(file)")
      #expect(!text.contains(/["'`]\/[a-z]/), "\(file)")
    }
  }

  private func page(
    choice: Choice? = nil, offered: Choice? = nil, isCookieRefused: Bool = false,
    isClosed: Bool = false
  ) throws -> String {
    let pages = try VotingPages.inAllLanguages()
    let round = Round(
      number: 1, question: Question("Is it light?", yesLabel: "Aye", noLabel: "Nay"),
      openedSeconds: 1, closedSeconds: isClosed ? 2 : nil)
    let page = pages.vote(
      RoundTally(round: round, tally: Tally()).disclosed, choice: choice, offered: offered,
      isCookieRefused: isCookieRefused)
    return String(decoding: page, as: UTF8.self)
  }

  @Test("the pages are found at their addresses only: no file outside Public is served")
  func traversal() async throws {
    try await withService { service in
      for target in ["/../Package.swift", "/%2e%2e/Package.swift", "/..%2fPackage.swift"] {
        let status = try service.client().get(target).status
        #expect([400, 404].contains(status))
      }
    }
  }

  @Test("the pages have a twin in JSON for scripts")
  func json() async throws {
    try await withService { service in
      let reply = try service.client().get("/result.json")
      let object = try JSONSerialization.jsonObject(with: Data(reply.body)) as? [String: Any]
      #expect(object?["yes"] as? Int == 0)
      #expect(object?["no"] as? Int == 0)
      #expect(object?["round"] as? Int == 1)
      #expect(object?["open"] as? Bool == true)
      #expect(object?["connected"] as? Int == 0)
    }
  }

  @Test("what a stream says first can be asked for too: the host's screen and line with it")
  func newest() async throws {
    try await withService("--question", "Tea?", "--abstain", "Skip") { service in
      _ = try service.client().get("/vote?abstain=true")
      for step in [Step.again, .stage(.join), .say("Soon."), .show(round: 1)] {
        try await service.ballotBox.perform(step)
      }
      let reply = try service.client().get("/newest.json")
      let events = try #require(
        try JSONSerialization.jsonObject(with: Data(reply.body)) as? [String: [String: Any]])
      #expect(Set(events.keys) == ["round", "message", "presence", "say", "stage", "join"])
      #expect(events["round"]?["round"] as? Int == 2)
      #expect(events["message"] as? [String: Int] == ["yes": 0, "no": 0, "abstain": 0])
      #expect(events["presence"] as? [String: Int] == ["connected": 0, "phones": 0])
      #expect(events["say"] as? [String: String] == ["text": "Soon."])
      let shown = events["stage"]?["shown"] as? [String: Any]
      #expect(shown?["round"] as? Int == 1 && shown?["abstain"] as? Int == 1)
      #expect((events["join"]?["address"] as? String)?.hasPrefix("http") == true)
      try await service.ballotBox.perform(.hide)
      #expect(try !service.client().get("/newest.json").text.contains("message"))
    }
  }
}

@Suite("The stream")
struct StreamTests {
  @Test("the stream has the fields that browsers and proxies need, to the letter")
  func head() async throws {
    try await withService { service in
      let client = try service.client()
      try client.send("GET /stream HTTP/1.1\r\nHost: test\r\nLast-Event-ID: \u{1F600}-x\r\n\r\n")
      let head = try client.head()
      #expect(head.status == 200)
      #expect(head["content-type"] == "text/event-stream")
      #expect(head["cache-control"] == "no-cache, no-transform")
      #expect(head["connection"] == "keep-alive")
      #expect(head["x-accel-buffering"] == "no")
      #expect(head["access-control-allow-origin"] == "*")
    }
  }

  @Test("a script of another site may ask to send fields of its own")
  func preflight() async throws {
    try await withService { service in
      let client = try service.client()
      try client.send(
        """
        OPTIONS /stream HTTP/1.1\r\nHost: test\r\nOrigin: http://other.example\r
        Access-Control-Request-Method: GET\r
        Access-Control-Request-Headers: last-event-id\r\n\r\n
        """)
      let reply = try client.reply()
      #expect(reply.status == 204)
      #expect(reply["access-control-allow-origin"] == "*")
      #expect(reply["access-control-allow-headers"]?.contains("Last-Event-ID") == true)
      #expect(reply["access-control-allow-methods"] == "GET, HEAD")
      #expect(reply["allow"] == "GET, HEAD, OPTIONS")
    }
  }

  @Test("a stream's first events end whatever a page that comes back may still show")
  func firstEvents() async throws {
    try await withService { service in
      let screen = try service.screen()
      var first: [String: String] = [:]
      while first["presence"] == nil {
        let event = try screen.event { _ in true }
        first[event.name] = event.data
      }
      #expect(first["say"] == #"{"text":""}"#)
      #expect(first["stage"] == #"{"screen":"result"}"#)
      #expect(first["join"]?.hasPrefix(#"{"address":"http"#) == true)
      #expect(first["round"]?.contains("closesAt") == false)
      #expect(first["message"] == #"{"yes":0,"no":0}"#)
    }
  }

  @Test("the stream numbers its tallies within an epoch, upwards")
  func ids() async throws {
    try await withService { service in
      let screen = try service.screen()
      let first = try screen.event { $0.name == "message" }
      _ = try service.client().get("/vote?yes=true")
      let second = try screen.event { $0.name == "message" }
      let ids = try [first, second].map { try #require($0.id).split(separator: "-") }
      #expect(ids[0][0] == ids[1][0])
      #expect(try #require(Int(ids[0][1])) < #require(Int(ids[1][1])))
    }
  }

  @Test("the stream tells how many are connected, when they come and when they go")
  func presence() async throws {
    try await withService { service in
      let first = try service.screen()
      #expect(try first.event { $0.name == "presence" }.data == #"{"connected":1,"phones":0}"#)
      var second: Client? = try service.screen()
      #expect(try first.event { $0.name == "presence" }.data == #"{"connected":2,"phones":0}"#)
      _ = second
      second = nil
      #expect(try first.event { $0.name == "presence" }.data == #"{"connected":1,"phones":0}"#)
    }
  }

  @Test("the stream ends when the server stops, and says when to come back")
  func stop() async throws {
    let screens = Screens()
    try await withService { service in screens.all = try [service.screen(), service.screen()] }
    for screen in screens.all {
      let rest = String(decoding: try screen.readToEnd(), as: UTF8.self)
      #expect(rest.contains("retry: "))
      #expect(rest.hasSuffix("0\r\n\r\n"))
    }
  }

  private final class Screens { var all: [Client] = [] }
}
