import HTTPServer
import TestSupport
import Testing

@testable import ShowOfHands

@Suite("A typed address")
struct TypedAddressTests {
  @Test(
    "an address typed nearly right leads a person to the page that was meant",
    arguments: [
      ("/Result", "result"), ("/results", "result"), ("/RESULTS", "result"),
      ("/result/", "../result"), ("/results//", "../../result"), ("//result", "../result"),
      ("/result.html", "result"), ("/result.", "result"), ("/result%20", "result"),
      ("/result%2F", "result"), ("/Result.json", "result.json"), ("/results.csv", "result.csv"),
      ("/health/", "../health"), ("/Desk", "desk"), ("/desk/", "../desk"),
      ("/vote", "./"), ("/Vote", "./"), ("/vote/", "../"),
      ("/votes", "./"), ("/index.html", "./"), ("/Index.htm", "./"), ("//", "../"),
      ("/vote?", "./"),
    ])
  func person(target: String, location: String) async throws {
    try await withService { service in
      let client = try service.client()
      let reply = try client.get(target, fields: "Accept: text/html\r\nAccept-Language: en\r\n")
      #expect(reply.status == 308)
      #expect(reply["location"] == location)
      // It is remembered for good otherwise.
      #expect(reply["cache-control"] == "no-store")
      let status = try client.get(target).status
      #expect(
        status
          == (target.hasPrefix("/vote") && !target.hasPrefix("/vote/") && target != "/votes"
            ? 400 : 404))
    }
  }

  @Test(
    "an address with a query, or near nothing, is answered as it stands",
    arguments: [
      ("/Result?overlay", 404), ("/vote?yes=maybe", 400), ("/vote?round=1", 400), ("/nothing", 404),
      ("/result/yes", 404), ("/style.css/", 404),
    ])
  func others(target: String, status: Int) async throws {
    try await withService { service in
      let reply = try service.client().get(target, fields: "Accept: text/html\r\n")
      #expect(reply.status == status)
      #expect(reply["content-type"] == "text/html; charset=utf-8")
    }
  }
}
