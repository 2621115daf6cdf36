import TestSupport
import Testing
import Voting

@testable import ShowOfHands

@Suite("Receipts")
struct ReceiptVotingTests {
  private static let half = "00c0ffee00c0ffee"

  /// What the voting page's `main` says under this name; empty for nothing.
  private func data(_ name: String, in page: Reply) throws -> String {
    let match = try page.text.firstMatch(of: Regex(#"data-\#(name)="([^"]*)""#))
    return match?[1].substring.map(String.init) ?? ""
  }

  /// The cookie that a page came with.
  private func cookie(of page: Reply) throws -> String {
    try "Cookie: " + #require(page["set-cookie"]?.prefix { $0 != ";" }) + "\r\n"
  }

  @Test(
    "a receipt is made of both halves, is the same again for a retry, and stays when a vote moves")
  func receipt() async throws {
    try await withService { service in
      let page = try service.client().get("/")
      let (server, cookie) = try (data("half", in: page), cookie(of: page))
      #expect(server.utf8.count == 16 && UInt64(server, radix: 16) != nil)
      #expect(try data("receipt", in: page) == "")
      let (phoneHalf, serverHalf) = (UInt64(Self.half, radix: 16)!, UInt64(server, radix: 16)!)
      let expected = "\(Receipt(phone: phoneHalf, server: serverHalf))"
      for choice in ["true", "true", "false"] {
        let reply = try service.client().get(
          "/vote?yes=\(choice)&half=\(Self.half)", fields: cookie)
        let vote = choice == "true" ? "yes" : "no"
        #expect(reply.text == #"{"vote":"\#(vote)","receipt":"\#(expected)"}"#)
      }
      let moved = try service.client().get("/vote?yes=true&half=ffffffffffffffff", fields: cookie)
      #expect(moved.text.contains(expected))
      let again = try service.client().get("/", fields: cookie)
      #expect(try data("receipt", in: again) == expected)
      #expect(try data("half", in: again) == server)
      #expect(again.text.contains("Your receipt: \(expected)"))
      // Another question, another receipt.
      try await service.ballotBox.perform(.again)
      let next = try service.client().get("/", fields: cookie)
      #expect(try data("receipt", in: next) == "")
    }
  }

  @Test(
    "a phone that draws a receipt which is taken is asked to draw again, and nothing is counted")
  func taken() async throws {
    try await withService { service in
      let (one, other) = try (service.client().get("/"), service.client().get("/"))
      let serverHalves = try [one, other].map { UInt64(try data("half", in: $0), radix: 16)! }
      // What the second must draw to have the first one's receipt.
      let phone = UInt64(Self.half, radix: 16)! ^ serverHalves[0] ^ serverHalves[1]
      _ = try service.client().get(
        "/vote?yes=true&half=\(Self.half)", fields: cookie(of: one))
      let refused = try service.client().get(
        "/vote?yes=true&half=\(phone.sixteenDigits)", fields: cookie(of: other))
      #expect(refused.status == 409)
      #expect(refused.text.contains(#""code":"receipt-taken""#))
      #expect(try service.tally() == "1:0")
      let again = try service.client().get(
        "/vote?yes=true&half=\(Self.half)", fields: cookie(of: other))
      #expect(again.status == 200)
    }
  }

  @Test(
    "a half that is not 16 digits is refused",
    arguments: ["", "0", "xyz", "00C0FFEE00C0FFEE", "00c0ffee00c0ffee0", "+0c0ffee00c0ffee"])
  func nonsense(half: String) async throws {
    try await withService { service in
      let reply = try service.client().get("/vote?yes=true&half=\(half)")
      #expect(reply.status == 400)
      #expect(try service.tally() == "0:0")
    }
  }

  @Test(
    "without receipts nothing speaks of them",
    arguments: [["--receipts", "off"], ["--ballots", "many"]])
  func off(arguments: [String]) async throws {
    try await withService(arguments[0], arguments[1]) { service in
      let page = try service.client().get("/")
      #expect(try data("half", in: page) == "")
      let reply = try service.client().get(
        "/vote?yes=true&half=\(Self.half)", fields: cookie(of: page))
      #expect(reply.text == #"{"vote":"yes"}"#)
      let after = try service.client().get("/", fields: cookie(of: page))
      #expect(try data("receipt", in: after) == "")
    }
  }

  @Test("the list, the record and the fingerprint are there once a round is closed and shown")
  func published() async throws {
    try await withService { service in
      let page = try service.client().get("/")
      let reply = try service.client().get(
        "/vote?yes=true&half=\(Self.half)", fields: cookie(of: page))
      let receipt = try #require(reply.text.firstMatch(of: /"receipt":"(\w{7})"/)?.1)
      _ = try service.client().get("/vote?yes=false")
      func statuses() throws -> [Int] {
        try ["receipts.csv", "record.txt", "receipts.csv?round=1", "record.txt?round=1"].map {
          try service.client().get("/\($0)").status
        }
      }
      #expect(try statuses() == [404, 404, 404, 404])
      try await service.ballotBox.perform(.hide)
      try await service.ballotBox.perform(.close)
      #expect(try statuses() == [404, 404, 404, 404])
      let early = try service.client().get("/result.json").text
      let fingerprint = try #require(early.firstMatch(of: /"fingerprint":"([0-9a-f]{64})"/)?.1)
      #expect(!early.contains("receipts"))
      try await service.ballotBox.perform(.reveal())
      #expect(try statuses() == [200, 200, 200, 200])
      let late = try service.client().get("/result.json").text
      #expect(late.contains(fingerprint) && late.contains(#""receipts":2"#))
      #expect(try service.client().get("/result.csv").text.contains(",\(fingerprint)\r\n"))
      let list = try service.client().get("/receipts.csv")
      #expect(list["content-type"]?.hasPrefix("text/csv") == true)
      #expect(list.text.hasPrefix("receipt,answer\n") && list.text.contains("\(receipt),yes\n"))
      let record = try service.client().get("/record.txt").text
      #expect(record.hasPrefix("show-of-hands record: 1\n"))
      #expect(record.contains("\nvotes yes: 1\nvotes no: 1\n"))
      for nonsense in ["0", "9", "01", "x", "1&round=1"] {
        #expect(try service.client().get("/receipts.csv?round=\(nonsense)").status == 404)
        #expect(try service.client().get("/record.txt?round=\(nonsense)").status == 404)
      }
    }
  }
}
