import Testing
import Voting

@testable import ShowOfHands

@Suite("The options")
struct OptionsTests {
  private func parse(_ arguments: String...) throws -> Options {
    try Options(arguments, environment: [:], cores: 4)
  }

  @Test("do the right thing when nobody says anything")
  func defaults() throws {
    let options = try parse()
    #expect(options.port == 3000)
    #expect(options.host == nil)
    #expect(options.database == "votes.sqlite")
    #expect(options.question(after: nil) == Question(#"Will "Hello, World!" bring world peace?"#))
    #expect(options.ballots == .one)
    #expect(options.loops == 4)
    #expect(options.updatesPerSecond == 20)
    #expect(options.log == .faults)
  }

  @Test("go on with what the database asked last, unless another question is given")
  func question() throws {
    let last = Question("Tea?", yesLabel: "Aye", noLabel: "Nay")
    #expect(try parse().question(after: last) == last)
    #expect(try parse("--question", "Tea?").question(after: last) == last)
    #expect(try parse("--question", "Coffee?").question(after: last) == Question("Coffee?"))
    #expect(
      try parse("--yes", "Ja").question(after: last)
        == Question("Tea?", yesLabel: "Ja", noLabel: "Nay"))
  }

  @Test("take a value behind a space or an equals sign")
  func values() throws {
    #expect(try parse("--port", "80").port == 80)
    #expect(try parse("--port=80").port == 80)
    #expect(try parse("--question", "A = B?").question == "A = B?")
    #expect(try parse("--question=A = B?").question == "A = B?")
    #expect(try parse("--ballots", "many").ballots == .many)
    #expect(try parse("--log", "requests").log == .requests)
  }

  @Test("come from the environment too, where the command line is silent")
  func environment() throws {
    let environment = ["PORT": "8080", "QUESTION": "Tea?", "HOST": ""]
    #expect(try Options([], environment: environment, cores: 1).port == 8080)
    #expect(try Options([], environment: environment, cores: 1).question == "Tea?")
    #expect(try Options([], environment: environment, cores: 1).host == nil)
    #expect(try Options(["--port", "1"], environment: environment, cores: 1).port == 1)
  }

  @Test(
    "that make no sense are refused in a sentence that says what is expected",
    arguments: [
      ["--port", "http"], ["--port", "65536"], ["--port", "-1"], ["--port"], ["--prot", "1"],
      ["--loops", "0"], ["--updates-per-second", "0"], ["--updates-per-second", "1001"],
      ["--ballots", "two"], ["--log", "all"], ["--question", " "],
      ["--question", "a\nb"], ["--yes", ""], ["serve"], ["--host", ""],
    ])
  func mistakes(arguments: [String]) {
    let error = #expect(throws: UsageError.self) {
      try Options(arguments, environment: [:], cores: 1)
    }
    #expect(error?.message.contains(arguments[0]) == true)
    #expect(error?.message.hasSuffix(".") == true)
  }

  @Test("name the variable whose value is bad")
  func badVariable() {
    let error = #expect(throws: UsageError.self) {
      try Options([], environment: ["PORT": "x"], cores: 1)
    }
    #expect(error?.message.contains("PORT") == true)
  }

  @Test("are all in the help, with their variables")
  func help() throws {
    #expect(try parse("--help").wantsHelp)
    for option in Options.all {
      #expect(Options.help.contains(option.usage))
      #expect(Options.help.contains("[\(option.variable)]"))
    }
  }
}
