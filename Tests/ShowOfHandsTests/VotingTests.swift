import TestSupport
import Testing
import Voting

@testable import ShowOfHands

@Suite("Voting")
struct VotingTests {
  @Test("a vote is answered with what was counted, and never cached")
  func vote() async throws {
    try await withService { service in
      let reply = try service.client().get("/vote?yes=true")
      #expect(reply.status == 200)
      #expect(reply.text == #"{"vote":"yes"}"#)
      #expect(reply["content-type"] == "application/json")
      #expect(reply["cache-control"] == "no-store")
      #expect(try service.client().get("/vote?yes=false").text == #"{"vote":"no"}"#)
      #expect(try service.tally() == "1:1")
    }
  }

  @Test("a screen that is open already sees the vote at once, and one that comes later too")
  func screens() async throws {
    try await withService { service in
      let early = try service.screen()
      #expect(try early.event { $0.name == "message" }.data == #"{"yes":0,"no":0}"#)
      _ = try service.client().get("/vote?yes=true")
      #expect(try early.event { $0.name == "message" }.data == #"{"yes":1,"no":0}"#)
      let late = try service.screen()
      #expect(try late.event { $0.name == "message" }.data == #"{"yes":1,"no":0}"#)
    }
  }

  @Test(
    "anything but true or false is refused and counts nothing",
    arguments: [
      "/vote?yes=maybe", "/vote?yes=", "/vote", "/vote?yes=TRUE", "/vote?no=true", "/vote?yes=1",
      "/vote?yes=true&yes=false", "/vote?YES=true", "/vote?yes=true%00",
    ])
  func nonsense(target: String) async throws {
    try await withService { service in
      let reply = try service.client().get(target)
      #expect(reply.status == 400)
      #expect(
        reply.text
          == #"{"code":"bad-vote","error":"Vote with /vote?yes=true or /vote?yes=false."}"#)
      #expect(reply["cache-control"] == "no-store")
      #expect(try service.tally() == "0:0")
    }
  }

  @Test("a HEAD is answered and counts nothing")
  func head() async throws {
    try await withService { service in
      let client = try service.client()
      try client.send("HEAD /vote?yes=true HTTP/1.1\r\nHost: test\r\n\r\n")
      #expect(try client.reply(toHead: true).status == 200)
      #expect(try service.tally() == "0:0")
    }
  }

  @Test("a vote may be posted, with its choice in the address or in a form")
  func post() async throws {
    try await withService { service in
      let client = try service.client()
      try client.send("POST /vote?yes=true HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n")
      #expect(try client.reply().text == #"{"vote":"yes"}"#)
      try client.send(
        """
        POST /vote HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r
        Content-Type: application/x-www-form-urlencoded\r\n\r\nyes=false
        """)
      #expect(try client.reply().text == #"{"vote":"no"}"#)
      #expect(try service.tally() == "1:1")
    }
  }

  @Test("a browser that submits the form is sent back to the page, which says thank you")
  func form() async throws {
    try await withService("--yes", "Aye") { service in
      let client = try service.client()
      let reply = try client.get(
        "/vote?yes=true", fields: "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Site: same-origin\r\n")
      #expect(reply.status == 303)
      #expect(reply["location"] == "./?counted=yes")
      let cookie = try #require(reply.ballotCookie)
      let page = try client.get("/", fields: "Cookie: \(cookie)\r\n")
      #expect(page.text.contains("Counted: <bdi>Aye</bdi>"))
    }
  }

  @Test("the same browser has one ballot: a repeat changes nothing, the other choice moves it")
  func oneBallot() async throws {
    try await withService { service in
      let client = try service.client()
      let cookie = try #require(try client.get("/vote?yes=true").ballotCookie)
      for _ in 0..<3 {
        let reply = try client.get("/vote?yes=true", fields: "Cookie: \(cookie)\r\n")
        #expect(reply.status == 200)
        #expect(reply.ballotCookie == nil)
      }
      #expect(try service.tally() == "1:0")
      _ = try client.get("/vote?yes=false", fields: "Cookie: \(cookie)\r\n")
      #expect(try service.tally() == "0:1")
    }
  }

  @Test(
    "the page gives a browser its ballot before it votes, so that its first vote may be repeated")
  func firstVote() async throws {
    try await withService { service in
      let client = try service.client()
      let page = try client.get("/")
      let cookie = try #require(page.ballotCookie)
      let attributes = try #require(page["set-cookie"])
      #expect(attributes.contains("HttpOnly"))
      #expect(attributes.contains("SameSite=Lax"))
      #expect(attributes.contains("Max-Age=31536000"))
      for _ in 0..<3 { _ = try client.get("/vote?yes=true", fields: "Cookie: \(cookie)\r\n") }
      #expect(try service.tally() == "1:0")
    }
  }

  @Test(
    "a cookie we never gave out is a new ballot, never an error and never somebody else's",
    arguments: ["ballot=1.00000000000000000000000000000000", "ballot=x", "ballot=", "ballot=1"])
  func forged(cookie: String) async throws {
    try await withService { service in
      let client = try service.client()
      _ = try client.get("/vote?yes=true")
      let reply = try client.get("/vote?yes=false", fields: "Cookie: \(cookie)\r\n")
      #expect(reply.status == 200)
      #expect(reply.ballotCookie != nil)
      #expect(try service.tally() == "1:1")
    }
  }

  @Test("with many ballots every request is a vote, and a repeat under a page's key is none")
  func manyBallots() async throws {
    try await withService("--ballots", "many") { service in
      let client = try service.client()
      for _ in 0..<5 { #expect(try client.get("/vote?yes=true").ballotCookie == nil) }
      #expect(try service.tally() == "5:0")
      let press = try #require(try client.get("/").ballotCookie)
      for _ in 0..<3 {
        let next = try client.get("/vote?yes=false", fields: "Cookie: \(press)\r\n").ballotCookie
        #expect(next != nil && next != press)
      }
      #expect(try service.tally() == "5:1")
    }
  }

  @Test("1,000 votes from 50 clients at once make exactly 1,000")
  func exact() async throws {
    try await withService { service in
      let screen = try service.screen()
      try await withThrowingTaskGroup { group in
        for number in 0..<50 {
          group.addTask {
            try await onThread {
              let client = try service.client()
              for _ in 0..<20 {
                let reply = try client.get("/vote?yes=\(number % 5 != 0)")
                #expect(reply.status == 200)
              }
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(try service.tally() == "800:200")
      #expect(try screen.event { $0.data == #"{"yes":800,"no":200}"# }.name == "message")
    }
  }

  @Test("a vote that was meant for another round does not count in this one")
  func otherRound() async throws {
    try await withService { service in
      let client = try service.client()
      #expect(try client.get("/vote?yes=true&round=1").status == 200)
      _ = try await service.ballotBox.perform(
        .ask(Question("Another?"), isHidden: false, isDraft: false))
      let late = try client.get("/vote?yes=true&round=1")
      #expect(late.status == 409)
      #expect(late.text.contains("Another question"))
      #expect(try service.tally() == "0:0")
      #expect(try client.get("/vote?yes=true&round=2").status == 200)
      #expect(try client.get("/vote?yes=true&round=x").status == 400)
      #expect(try service.tally() == "1:0")
    }
  }

  @Test("a closed round takes no votes and says so")
  func closed() async throws {
    try await withService { service in
      let screen = try service.screen()
      _ = try await service.ballotBox.perform(.close)
      let reply = try service.client().get("/vote?yes=true")
      #expect(reply.status == 409)
      #expect(reply.text.contains("Voting is closed"))
      #expect(try service.tally() == "0:0")
      #expect(try screen.event { $0.data.contains(#""open":false"#) }.name == "round")
      #expect(try service.client().get("/").text.contains("Closed."))
    }
  }
}
