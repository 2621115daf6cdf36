import HTTPServer
import Testing
import Voting

@testable import ShowOfHands

@Suite("What a vote says")
struct VoteRequestTests {
  private func read(
    _ query: String, body: String = "",
    type: String? = "application/x-www-form-urlencoded; charset=utf-8"
  ) throws(HTTPError) -> VoteRequest {
    var fields = Fields()
    // A media type holds no line break.
    if let type { fields.set(.contentType, try! FieldValue(type)) }
    return try VoteRequest(
      Request(.post, "/vote\(query)", fields: fields, body: [UInt8](body.utf8)))
  }

  @Test("a vote may stand in the address, in the form, or partly here and partly there")
  func parts() throws {
    for vote in [
      try read("?yes=true&round=3"), try read("", body: "yes=true&round=3"),
      try read("?yes=true", body: "round=3"),
      try read("?round=3", body: "yes=true&other=1&other=2"),
    ] {
      #expect(vote.choice == .yes)
      #expect(vote.round == 3)
      #expect(vote.ballot == nil)
    }
    let key = "17.00000000000000000000000000000abc"
    #expect(try read("", body: "yes=false&ballot=\(key)").ballot == BallotKey(key))
    #expect(try read("?yes=true&ballot=junk").ballot == nil)
  }

  @Test(
    "nothing in a vote may be said twice, in one place or in both",
    arguments: [
      ("?yes=true&yes=true", ""), ("?yes=false", "yes=true"), ("?yes=true", "yes=true"),
      ("", "yes=true&yes=false"), ("?yes=true&round=1&round=2", ""),
      ("?yes=true&round=1&round=1", ""), ("?yes=true&round=1", "round=2"),
      ("?yes=true", "round=1&round=2"), ("?yes=true&ballot=a", "ballot=b"),
      ("?yes=true&ballot=a&ballot=a", ""), ("?yes=true&y%65s=false", ""),
      ("?yes=true&round=", ""), ("?yes=true&round=0", ""), ("?yes=true&round=1.5", ""),
      ("?yes=true&no=true", ""), ("?yes=true", "no=false"), ("?yes=true&round=%2B1", ""),
      ("?yes=true&round=01", ""), ("?yes=true&round=99999999999999999999", ""), ("", ""), ("?", ""),
      ("?yes", ""),
    ])
  func twice(query: String, body: String) {
    let error = #expect(throws: HTTPError.self) { try read(query, body: body) }
    #expect(error?.status == .badRequest)
    #expect(error?.code == "bad-vote")
  }

  @Test(
    "a vote with a body that is no form is refused",
    arguments: ["text/plain", "application/json", nil])
  func otherBody(type: String?) {
    let error = #expect(throws: HTTPError.self) {
      try read("?yes=false", body: "yes=true", type: type)
    }
    #expect(error?.status == .unsupportedMediaType)
  }
}
