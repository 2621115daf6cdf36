import Foundation
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

@Suite("Results")
struct ResultsTests {
  private func result(_ question: String, yes: Int = 2, no: Int = 1, closed: Int? = nil)
    -> RoundResult
  {
    let round = Round(
      number: 3, question: Question(question), openedSeconds: 0, closedSeconds: closed)
    return RoundResult(RoundTally(round: round, tally: Tally(yes: yes, no: no)).disclosed)
  }

  @Test("results in CSV are a table with a header, every text in quotes")
  func csv() {
    #expect(
      RoundResult.csv([result("Say \"aye\", or not?", closed: 60)])
        == """
        round,question,yes label,no label,yes,no,total,opened,closed,abstain label,abstain,phase,hidden,rule,base,needed,present,entitled,yes by hand,no by hand,abstain by hand,verdict,fingerprint\r
        3,"Say ""aye"", or not?","Yes","No",2,1,3,1970-01-01T00:00:00Z,1970-01-01T00:01:00Z,,,closed,false,none,,,,,,,,,\r\n
        """)
  }

  @Test(
    "results in CSV start no formula in a spreadsheet", arguments: ["=1+1", "+1", "-1", "@SUM(A1)"])
  func formula(question: String) {
    #expect(RoundResult.csv([result(question)]).contains("\"'\(question)\""))
  }

  @Test("results in JSON have the numbers and what was asked")
  func json() {
    #expect(
      RoundResult.json(result("Tea?"))
        == #"{"hidden":false,"no":1,"noLabel":"No","open":true,"opened":"1970-01-01T00:00:00Z","#
        + #""phase":"open","question":"Tea?","round":3,"voted":3,"yes":2,"yesLabel":"Yes"}"#)
  }

  @Test("results have what came of a round by its rule, once it is closed and not hidden")
  func outcome() {
    let byHand = Tally(yes: 20, no: 16, abstain: 10)
    let question = Question("Tea?", abstainLabel: "Abstain", rule: .twoThirdsPresent)
    func result(closed: Int?, isHidden: Bool = false) -> RoundResult {
      let round = Round(
        number: 3, question: question, openedSeconds: 0, closedSeconds: closed,
        isHidden: isHidden, numbers: Numbers(present: 49, entitled: 60, byHand: byHand))
      return RoundResult(RoundTally(round: round, tally: Tally(yes: 3, no: 1)).disclosed)
    }
    let json = RoundResult.json(result(closed: 60))
    for member in [
      #""rule":"two-thirds-present""#, #""base":49"#, #""needed":33"#, #""present":49"#,
      #""entitled":60"#, #""byHand":{"abstain":10,"no":16,"yes":20}"#, #""verdict":"rejected""#,
      #""exceedsPresent":true"#, #""yes":3"#,
    ] { #expect(json.contains(member), "\(member) in \(json)") }
    #expect(
      RoundResult.csv([result(closed: 60)]).hasSuffix(
        ",two-thirds-present,49,33,49,60,20,16,10,rejected,\r\n"))
    for early in [result(closed: nil), result(closed: 60, isHidden: true)] {
      let json = RoundResult.json(early)
      #expect(json.contains(#""rule":"two-thirds-present""#))
      for name in ["verdict", "byHand", "needed"] { #expect(!json.contains(name)) }
      #expect(RoundResult.csv([early]).hasSuffix(",two-thirds-present,,,,,,,,,\r\n"))
    }
  }

  @Test("results have the time of a round up to the last second that a database may hold")
  func lastSecond() {
    #expect(
      RoundResult.json(result("Tea?", closed: 253_402_300_799)).contains(
        #""closed":"9999-12-31T23:59:59Z""#))
  }

  @Test("results of the current round, or of all, are there while the vote goes on")
  func live() async throws {
    try await withService("--question", "Tea?") { service in
      _ = try service.client().get("/vote?yes=true")
      _ = try await service.ballotBox.perform(
        .ask(Question("Coffee?"), isHidden: false, isDraft: false))
      _ = try service.client().get("/vote?yes=false")
      let current = try service.client().get("/result.csv")
      #expect(current["content-type"] == "text/csv; charset=utf-8; header=present")
      #expect(current.body.starts(with: [0xEF, 0xBB, 0xBF]))
      #expect(current.text.contains(#"2,"Coffee?","Yes","No",0,1,1"#))
      #expect(!current.text.contains("Tea?"))
      let all = try service.client().get("/result.csv?rounds=all").text
      #expect(all.contains(#"1,"Tea?","Yes","No",1,0,1"#))
      #expect(all.contains(#"2,"Coffee?","Yes","No",0,1,1"#))
      let json = try service.client().get("/result.json?rounds=all")
      let object = try JSONSerialization.jsonObject(with: Data(json.body)) as? [String: Any]
      #expect((object?["rounds"] as? [Any])?.count == 2)
      for query in ["rounds=some", "rounds=all&rounds=some", "rounds=all&rounds=all"] {
        for path in ["/result.json", "/result.csv"] {
          #expect(try service.client().get("\(path)?\(query)").status == 400, "\(path)?\(query)")
        }
      }
    }
  }
}

@Suite("The command recount")
struct RecountCommandTests {
  private func parse(_ arguments: String..., environment: [String: String] = [:]) throws
    -> RecountCommand
  {
    try RecountCommand(arguments, environment: environment)
  }

  @Test("recount says so where the database is still in the variable of an older version")
  func oldVariable() throws {
    let command = try parse(environment: ["DATABASE": "a", "PORT": "x", "QUESTION": "a"])
    #expect(command.database == "votes.sqlite")
    #expect(command.notices.count == 1)
    #expect(command.notices.first?.contains("SHOWOFHANDS_DATABASE") == true)
    #expect(try parse("--database", "b", environment: ["DATABASE": "a"]).notices == [])
  }

  @Test("recount reads the server's database unless told otherwise")
  func defaults() throws {
    #expect(try parse().database == "votes.sqlite")
    #expect(try parse(environment: ["SHOWOFHANDS_DATABASE": "a"]).database == "a")
    #expect(
      try parse("--database", "b", environment: ["SHOWOFHANDS_DATABASE": "a"]).database == "b")
    #expect(try parse("--json").format == .json)
    #expect(try parse("--csv").format == .csv)
    #expect(try parse("--help").wantsHelp)
  }

  @Test(
    "recount refuses what it does not know", arguments: [["--jason"], ["--database"], ["--json=1"]])
  func mistakes(arguments: [String]) {
    #expect(throws: UsageError.self) { try RecountCommand(arguments, environment: [:]) }
  }

  @Test("recount agrees with a server that is running, and says so by its status")
  func agrees() async throws {
    let file = NSTemporaryDirectory() + UUID().uuidString
    defer {
      for suffix in ["", "-wal", "-shm", "-lock"] {
        try? FileManager.default.removeItem(atPath: file + suffix)
      }
    }
    try await withService(database: file) { service in
      for _ in 0..<10 { _ = try service.client().get("/vote?yes=true") }
      let recount = try Recount(path: file)
      #expect(recount.counts.map(\.tally) == [Tally(yes: 10, no: 0)])
      #expect(try parse("--database", file, "--json").run() == 0)
    }
  }

  @Test("recount says in a sentence which file it cannot read")
  func missing() {
    let error = #expect(throws: UsageError.self) {
      try parse("--database", "/dev/null/votes.sqlite").run()
    }
    #expect(error?.message.contains("/dev/null/votes.sqlite") == true)
  }

  @Test("the words of a recount hold nothing that a terminal would obey")
  func harmlessWords() {
    let question = Question("a\u{1B}[31mb\nc")
    let round = Round(number: 1, question: question, openedSeconds: 0)
    let words = RoundResult(RoundTally(round: round, tally: Tally(yes: 1)).disclosed).words
    #expect(words.hasPrefix(#"Round 1, open: a\u{1b}[31mb\u{a}c"#))
    #expect(words.split(separator: "\n").count == 2)
  }
}
