import TestSupport
import Testing
import Voting

@testable import ShowOfHands

@Suite("Minutes")
struct MinutesTests {
  private static let question = Question(
    "Shall we buy the <house>?", yesLabel: "Buy it", noLabel: "نعم لا", abstainLabel: "Abstain",
    rule: .present)

  /// 23–17–10, with 40 present.
  private func vote(_ box: BallotBox) async throws {
    try await box.perform(
      .ask(Self.question, isHidden: true, isDraft: false, preset: .formal))
    try await box.perform(.numbers(.init(present: 40)))
    for (choice, count) in [(Choice.yes, 23), (.no, 17), (.abstain, 10)] {
      for _ in 0..<count { _ = try await box.cast(choice) }
    }
  }

  @Test("minutes are there once the numbers may be known, and not a moment before")
  func hidden() async throws {
    try await withService("--preset", "formal") { service in
      let box = service.ballotBox
      let client = try service.client()
      func expectNone(_ comment: Comment) throws {
        for path in ["/minutes", "/minutes.txt", "/minutes?round=1", "/minutes.txt?round=1"] {
          let reply = try client.get(path)
          #expect(reply.status == 404, comment)
          #expect(reply.text.contains(#""code":"no-minutes""#) && !reply.text.contains("23"))
        }
      }
      try expectNone("nothing is asked")
      try await vote(box)
      try expectNone("open and hidden")
      try await box.perform(.close)
      try expectNone("closed and hidden")
      try await box.perform(.peek())
      try expectNone("the desk has looked")
      try await box.perform(.reveal())
      for path in ["/minutes", "/minutes.txt", "/minutes?round=1", "/minutes.txt?round=1"] {
        #expect(try client.get(path).status == 200)
      }
      for query in ["round=2", "round=0", "round=01", "round=", "round=1&round=1", "round=x"] {
        #expect(try client.get("/minutes?\(query)").status == 404, "\(query)")
      }
      try await box.perform(.hide)
      try expectNone("hidden again")
      try await box.perform(.reveal())
      try await box.perform(.undo)
      try await box.perform(.undo)
      try expectNone("open again")
    }
  }

  @Test("minutes have every step of a round, though much was done since")
  func manySteps() async throws {
    try await withService("--preset", "formal") { service in
      let box = service.ballotBox
      try await vote(box)
      for number in 0..<LedgerContents.maxRecord {
        try await box.perform(.countdown(.start(seconds: 60 + number % 2)))
      }
      try await box.perform(.close)
      try await box.perform(.reveal())
      let text = try service.client().get("/minutes.txt").text
      #expect(text.contains("Voting is open\n"))
      let started = text.matches(of: /Countdown started/).count
      #expect(started == LedgerContents.maxRecord)
    }
  }

  @Test("minutes as text say all that came of a round, a line each")
  func text() async throws {
    try await withService("--preset", "formal") { service in
      let box = service.ballotBox
      try await vote(box)
      try await box.perform(.close)
      try await box.perform(.peek())
      try await box.perform(.numbers(.init(byHand: [.yes: 2, .no: 1])))
      try await box.perform(.reveal())
      try await box.perform(.ask(Question("Tea?"), isHidden: false, isDraft: false))
      #expect(try service.client().get("/minutes.txt").status == 404)
      let reply = try service.client().get("/minutes.txt?round=1")
      #expect(reply["content-type"] == "text/plain; charset=utf-8")
      let text = reply.text.replacing(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/, with: "TIME")
        .replacing(/[0-9a-f]{64}/, with: "HEX")
      #expect(
        text == """
          Minutes of round 1

          Question: Shall we buy the <house>?
          Answers: Buy it · نعم لا · Abstain
          Preset: Formal
          Rule: majority of those present
          Numbers while voting: hidden
          Opened: TIME
          Closed: TIME
          Ballots: Buy it: 23 · نعم لا: 17 · Abstain: 10 · Total: 50
          By hand: Buy it: 2 · نعم لا: 1 · Abstain: 0 · Total: 3
          Together: Buy it: 25 · نعم لا: 18 · Abstain: 10 · Total: 53
          Present: 40
          Members: not entered
          Threshold: Needed: 21 of 40 present
          Verdict: Accepted
          Remark: More votes than people present: 53, present: 40
          Fingerprint: HEX

          Steps, in UTC:
          TIME  Voting is open
          TIME  Numbers entered
          TIME  Voting is closed
          TIME  The host looked at the numbers
          TIME  Numbers entered
          TIME  Numbers shown
          TIME  Put away

          """)
    }
  }

  @Test("minutes and JSON name the preset that was chosen, in the program or at the desk")
  func preset() async throws {
    try await withService("--preset", "talk", "--question", "First?") { service in
      let client = try service.client()
      let script = try service.script()
      for (step, preset, name) in [
        ("", "talk", "Talk"), ("question=Tea%3F", "talk", "Talk"),
        ("question=Tea%3F&preset=quick&rule=simple", "quick", "Quick"),
      ] {
        if !step.isEmpty { #expect(try script.post("ask", step).status == 200) }
        #expect(try client.get("/result.json").text.contains(#""preset":"\#(preset)""#))
        _ = try script.post("close")
        _ = try script.post("reveal")
        #expect(try client.get("/minutes.txt").text.contains("\nPreset: \(name)\n"))
      }
      _ = try script.post("ask", "question=Here%3F&rollCall=true")
      _ = try script.post("close")
      #expect(try !client.get("/minutes.txt").text.contains("Preset"))
    }
  }

  @Test(
    "minutes are framed in the reader's language, and what was asked stays as it was asked",
    arguments: allLanguages.all.map(\.language))
  func languages(_ language: String) async throws {
    let words = try #require(allLanguages.all.first { $0.language == language })
    try await withService("--preset", "formal") { service in
      try await vote(service.ballotBox)
      try await service.ballotBox.perform(.close)
      try await service.ballotBox.perform(.reveal())
      let fields = "Accept-Language: \(language)\r\nAccept: text/html\r\n"
      for path in ["/minutes", "/minutes.txt"] {
        let reply = try service.client().get(path, fields: fields)
        #expect(reply["content-language"] == language)
        let text = reply.text
        for key in [
          Words.Key.minutesQuestion, .minutesAnswers, .minutesPreset, .presetFormal, .minutesRule,
          .minutesNumbers,
          .minutesOpened, .minutesClosed, .minutesBallots, .minutesPresent, .minutesEntitled,
          .minutesThreshold, .minutesVerdict, .accepted, .rulePresent, .minutesSteps,
        ] { #expect(text.contains(words[key]), "\(words[key])") }
        #expect(text.contains("Buy it") && text.contains("نعم لا"))
        #expect(!text.contains(/[{}]/.ignoresCase()) || path == "/minutes")
      }
      let page = try service.client().get("/minutes", fields: fields).text
      #expect(page.contains("&lt;house&gt;") && !page.contains("<house>"))
      #expect(page.contains(#"<html lang="\#(language)""#))
    }
  }

  @Test("minutes tell a tie, the chair's word, and a roll call's number")
  func chair() async throws {
    try await withService("--preset", "formal") { service in
      let box = service.ballotBox
      let client = try service.client()
      try await box.perform(
        .ask(
          Question("Here?", yesLabel: "Here", isRollCall: true), isHidden: false, isDraft: false))
      for _ in 0..<40 { _ = try await box.cast(.yes) }
      try await box.perform(.close)
      let rollCall = try client.get("/minutes.txt").text
      #expect(rollCall.contains("Ballots: Here: 40 · Total: 40\nPresent: 40\n"))

      try await box.perform(
        .ask(
          Question("Tea?", rule: .simple, chairDecides: true), isHidden: false, isDraft: false))
      for choice in [Choice.yes, .no] { _ = try await box.cast(choice) }
      try await box.perform(.close)
      let tie = try client.get("/minutes.txt").text
      #expect(tie.contains("Verdict: Tie: the chair decides\n"))
      #expect(tie.contains("Present: 40\n") && !tie.contains("Chair’s word"))
      try await box.perform(.chair(casts: .no))
      let decided = try client.get("/minutes.txt").text
      #expect(decided.contains("Verdict: Rejected\nChair’s word: No\n"))
      #expect(decided.contains("The chair said No"))
    }
  }
}
