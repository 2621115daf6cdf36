import TestSupport
import Testing
import Voting

@testable import ShowOfHands

@Suite("A hidden round at the desk")
struct DeskHiddenTests {
  /// Numbers of its own for every choice, which stand nowhere else.
  private func vote(_ service: Service) throws {
    let client = try service.client()
    for _ in 0..<23 { _ = try client.get("/vote?yes=true") }
    for _ in 0..<41 { _ = try client.get("/vote?yes=false") }
  }

  private static let split = [#""yes":23"#, #""no":41"#, ">23<", ">41<", ": 23", ": 41"]

  @Test("while a round is hidden how it splits is in no answer of the desk, whatever is asked")
  func noSplit() async throws {
    try await withService("--preset", "talk", "--question", "Tea?") { service in
      let script = try service.script()
      let desk = try service.script()
      try desk.client.send(
        "GET /desk/stream HTTP/1.1\r\nHost: test\r\n\(desk.fields)\r\n")
      _ = try desk.client.head()
      var answers: [String] = []
      try vote(service)
      func look() throws {
        for target in ["/desk", "/desk/state.json", "/result.json?rounds=all", "/metrics"] {
          answers.append(try script.get(target).text)
        }
      }
      try look()
      for step in [
        "undo", "close", "undo", "peek", "hide", "close", "open", "close", "again",
        "show", "undo",
      ] {
        answers.append(try script.post(step, "round=1").text)
        answers.append(try script.post(step, "version=1").text)
        try look()
      }
      for _ in 0..<5 {
        answers += try desk.client.events().map(\.data)
      }
      for answer in answers {
        for number in Self.split { #expect(!answer.contains(number), "\(number)") }
      }
      #expect(answers.contains { $0.contains(#""voted":64"#) })
    }
  }

  @Test("a peek is told to the desk that asked, alone, once, and on record")
  func peek() async throws {
    try await withService("--preset", "talk", "--question", "Tea?") { service in
      let script = try service.script()
      try vote(service)
      let early = try script.post("peek")
      #expect(early.status == 409)
      #expect(early.text.contains(#""code":"still-open""#))
      _ = try script.post("close")
      let peeked = try script.post("peek").text
      #expect(peeked.contains(#""peeked":{"number":1,"question":"Tea?""#))
      #expect(peeked.hasSuffix(#""tally":{"yes":23,"no":41}}}"#))
      #expect(peeked.contains(#""tally":null"#))
      #expect(peeked.contains(#""step":"peeked","round":1"#))
      #expect(!(try script.get().text.contains("\"yes\":23")))
      var browser = try service.browser()
      browser.fields += DeskVisitor.window
      let page = try browser.post("peek")
      #expect(page.status == 200)
      let numbers = "\u{2068}Yes\u{2069} 23 · \u{2068}No\u{2069} 41"
      #expect(page.text.contains("Round 1: \(numbers)"))
      #expect(!(try browser.get("/desk").text.contains(numbers)))
      // Put away as it is, it stays hidden.
      _ = try script.post("ask", "question=Cake%3F")
      let archive = try script.get().text
      #expect(archive.contains(#""hidden":true,"voted":64,"tally":null"#))
      #expect(try script.post("peek", "round=1").text.hasSuffix(#""tally":{"yes":23,"no":41}}}"#))
      let revealed = try script.post("reveal", "round=1").text
      #expect(revealed.contains(#""hidden":false,"voted":64,"tally":{"yes":23,"no":41}"#))
    }
  }
}
