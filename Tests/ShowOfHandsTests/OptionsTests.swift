import Foundation
import TestSupport
import Testing
import Voting

@testable import ShowOfHands

@Suite("The options")
struct OptionsTests {
  private func parse(_ arguments: String...) throws -> Options {
    let options = try Options(arguments, environment: [:], cores: 4)
    try options.checkLabels(in: .english)
    return options
  }

  @Test("options do the right thing when nobody says anything")
  func defaults() throws {
    let options = try parse()
    #expect(options.port == 3000)
    #expect(options.host == nil)
    #expect(options.database == "votes.sqlite")
    #expect(
      options.firstQuestion(in: .english) == Question(#"Will "Hello, World!" bring world peace?"#))
    #expect(options.ballots == .one)
    #expect(options.loops == 4)
    #expect(options.updatesPerSecond == 20)
    #expect(options.log == .faults)
  }

  @Test("options go on with what the database asked last, unless another question is given")
  func question() throws {
    var room = Room()
    let last = Question("Tea?", yesLabel: "Aye", noLabel: "Nay")
    _ = try room.apply(.ask(last, isHidden: false, isDraft: false), tally: Tally(), at: 0)
    #expect(try parse().step(in: Room(), .english) == nil)
    #expect(try parse().step(in: room, .english) == nil)
    #expect(try parse("--question", "Tea?").step(in: room, .english) == nil)
    #expect(
      try parse("--question", "Coffee?").step(in: room, .english)
        == .ask(Question("Coffee?"), isHidden: false, isDraft: false, preset: .quick))
    #expect(try parse("--yes", "Ja").step(in: room, .english) == .edit(Step.Edit(yesLabel: "Ja")))
    _ = try room.apply(.close, tally: Tally(yes: 1), at: 0)
    #expect(try parse("--yes", "Ja").step(in: room, .english) == nil)
  }

  @Test("options take a value behind a space or an equals sign")
  func values() throws {
    #expect(try parse("--port", "80").port == 80)
    #expect(try parse("--port=80").port == 80)
    #expect(try parse("--question", "A = B?").question == "A = B?")
    #expect(try parse("--question=A = B?").question == "A = B?")
    #expect(try parse("--ballots", "many").ballots == .many)
    #expect(try parse("--log", "requests").log == .requests)
  }

  @Test("options come from the environment too, where the command line is silent")
  func environment() throws {
    let environment = [
      "SHOWOFHANDS_PORT": "8080", "SHOWOFHANDS_QUESTION": "Tea?", "SHOWOFHANDS_HOST": "",
      "SHOWOFHANDS_PUBLIC_URL": "https://vote.example",
    ]
    let options = try Options([], environment: environment, cores: 1)
    #expect(options.port == 8080)
    #expect(options.question == "Tea?")
    #expect(options.host == nil)
    #expect(options.publicURL?.description == "https://vote.example/")
    #expect(try Options(["--port", "1"], environment: environment, cores: 1).port == 1)
  }

  @Test("of the variables without a prefix only PORT is read, and the one with it wins")
  func plainVariables() throws {
    let all = ["PORT": "8080", "HOST": "x86_64-conda-linux-gnu", "QUESTION": "Tea?"]
    let options = try Options([], environment: all, cores: 1)
    #expect(options.port == 8080)
    #expect(options.host == nil)
    #expect(options.question == nil)
    let both = ["PORT": "x", "SHOWOFHANDS_PORT": "81"]
    #expect(try Options([], environment: both, cores: 1).port == 81)
    #expect(
      try Options([], environment: ["SHOWOFHANDS_PORT": "", "PORT": "82"], cores: 1).port == 82)
  }

  @Test("a preset says how questions are asked, and with prepared ones nothing is asked at once")
  func presets() throws {
    #expect(try parse("--abstain", "Skip").firstQuestion(in: .english)?.abstainLabel == "Skip")
    #expect(try parse("--preset", "talk").firstQuestion(in: .english) == nil)
    #expect(try parse("--questions", "list.txt").firstQuestion(in: .english) == nil)
    let formal = try parse("--preset", "formal", "--question", "Tea?")
    #expect(
      formal.firstQuestion(in: .english) == Question("Tea?", abstainLabel: "Abstain", rule: .simple)
    )
    #expect(formal.preset.isHidden)
    #expect(
      try parse("--preset", "formal", "--abstain", "Skip").questionDefaults(in: .english).question(
        "Cake?")
        == Question("Cake?", abstainLabel: "Skip", rule: .simple))
    let ruled = try parse("--rule", "two-thirds", "--preset", "formal")
    #expect(ruled.questionDefaults(in: .english).question("Cake?").rule == .twoThirds)
    #expect(try parse().questionDefaults(in: .english).question("Cake?") == Question("Cake?"))
  }

  @Test(
    "a public address is kept as people see it, with its path as a folder",
    arguments: [
      ("HTTPS://Vote.Example:443/poll", "https://vote.example/poll/"),
      ("http://vote.example:8080", "http://vote.example:8080/"),
      ("http://[2001:DB8::1]:80/a/", "http://[2001:db8::1]/a/"),
    ])
  func publicURL(given: String, kept: String) throws {
    #expect(try parse("--public-url", given).publicURL?.description == kept)
  }

  @Test("an old variable that would have changed something is named once, beside its new name")
  func oldNames() throws {
    func notices(_ environment: [String: String], _ arguments: String...) throws -> [String] {
      try Options(arguments, environment: environment, cores: 1).notices
    }
    let notice = try notices(["DATABASE": "a.sqlite", "QUESTION": "Tea?", "PORT": "1"])
    #expect(notice.count == 1)
    #expect(notice.first?.contains("DATABASE, QUESTION are set") == true)
    #expect(notice.first?.contains("SHOWOFHANDS_DATABASE, SHOWOFHANDS_QUESTION") == true)
    #expect(try notices(["DATABASE": "a", "SHOWOFHANDS_DATABASE": "b"]) == [])
    #expect(try notices(["DATABASE": "a"], "--database", "b") == [])
    #expect(try notices(["BALLOTS": "many"]).count == 1)
    #expect(try notices(["BALLOTS": "7", "LOG": "/var/log", "DATABASE": "", "LOOPS": "2"]) == [])
    // Shells and package managers set these on their own.
    for host in ["x86_64-conda-linux-gnu", "laptop", "laptop.local", "0.0.0.0", "::"] {
      #expect(try notices(["HOST": host]) == [])
    }
    for host in ["127.0.0.1", "::1", "localhost"] {
      #expect(try notices(["HOST": host]).count == 1)
    }
    #expect(try notices(["ROOT": "/usr/lib"]) == [])
    #expect(try notices(["ROOT": packageFolder]).count == 1)
  }

  @Test(
    "options that make no sense are refused in a sentence that says what is wrong",
    arguments: [
      (["--port", "http"], "'http': it must be a whole number from 0 to 65535."),
      (["--port", "65536"], "from 0 to 65535."), (["--port", "-1"], "from 0 to 65535."),
      (["--port"], "needs a value: --port N."), (["--prot", "1"], "no option --prot."),
      (["--loops", "0"], "from 1 to 64."), (["--updates-per-second", "1001"], "from 1 to 1000."),
      (["--ballots", "two"], "it must be one or codes or many."),
      (["--log", "all"], "it must be faults or requests."),
      (["--question", " "], "has nothing in it that can be seen."),
      (["--question", "a\nb"], #"'a\u{a}b': it has a line break in it; write it on one line."#),
      (["--question", String(repeating: "é", count: 300)], "has 600 bytes in UTF-8; at most 500"),
      (["--yes", ""], "must not be empty."), (["--no", "a\u{202E}b"], "direction of writing"),
      (["--yes", "Tea", "--no", "tea "], "two labels would be the same"),
      (["--presenter-key", "secret"], "at least 16 characters"),
      (["--presenter-key", "sixteen letters!"], "letters of the English alphabet"),
      (["--desk", "here"], "everywhere or local"),
      (["--preset", "slow"], "quick or talk or formal"),
      (["--abstain", "yes"], "two labels would be the same"),
      (["--questions", ""], "must not be empty"),
      (["--yes", "No"], "two labels would be the same"), (["serve"], "no option serve."),
      (["--host", ""], "must not be empty."), (["--version=1"], "takes no value"),
      (["--public-url", "vote.example"], "must be http:// or https://"),
      (["--public-url", "ftp://vote.example"], "must be http:// or https://"),
      (["--public-url", "http://a@vote.example"], "must be http:// or https://"),
      (["--public-url", "http://vote.example/?a"], "must be http:// or https://"),
      (["--public-url", "http://vote.example/a;b"], "must be http:// or https://"),
    ])
  func mistakes(arguments: [String], words: String) {
    let error = #expect(throws: UsageError.self) {
      try Options(arguments, environment: [:], cores: 1).checkLabels(in: .english)
    }
    #expect(error?.message.contains(arguments[0].prefix { $0 != "=" }) == true)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("\n") == false)
    #expect(error?.message.hasSuffix(".") == true || error?.message.hasSuffix("--help.") == true)
  }

  @Test(
    "a bad value is refused with the name of its variable",
    arguments: [
      ("PORT", "x"), ("SHOWOFHANDS_PORT", "tcp://10.0.0.1:3000"), ("SHOWOFHANDS_QUESTION", "a\nb"),
      ("SHOWOFHANDS_BALLOTS", "x"), ("SHOWOFHANDS_PUBLIC_URL", "x"),
    ])
  func badVariable(variable: String, value: String) {
    let error = #expect(throws: UsageError.self) {
      try Options([], environment: [variable: value], cores: 1)
    }
    #expect(error?.message.hasPrefix("\(variable) cannot be '") == true)
  }

  @Test("--help and --version work whatever the environment says")
  func helpDespiteEnvironment() throws {
    let environment = ["PORT": "abc", "SHOWOFHANDS_QUESTION": "\n"]
    #expect(try Options(["--help"], environment: environment, cores: 1).wantsHelp)
    #expect(try Options(["--port", "1", "-h"], environment: environment, cores: 1).wantsHelp)
    #expect(try Options(["--version"], environment: environment, cores: 1).wantsVersion)
    #expect(Version.line.wholeMatch(of: /ShowOfHands [0-9]+\.[0-9]+\.[0-9]+/) != nil)
  }

  @Test("a database of a newer version is refused with the version that this one is")
  func newerDatabase() {
    let error = UsageError(LedgerError.newer(path: "votes.sqlite", version: 9))
    #expect(error.message.contains("schema 9"))
    #expect(error.message.contains("version \(Version.current)"))
    #expect(!UsageError(LedgerError.full(path: "a")).message.contains(Version.current))
  }

  @Test("options are all in the help, with their variables")
  func help() throws {
    #expect(try parse("--help").wantsHelp)
    #expect(Options.help.contains("--version"))
    #expect(Options.help.contains("[SHOWOFHANDS_PORT, PORT]"))
    for option in Options.all {
      #expect(Options.help.contains(option.usage))
      #expect(Options.help.contains("[\(option.variable)"))
    }
  }

  @Test("options are all in the README's table, each with its variable, and no others")
  func table() throws {
    let readme = try String(contentsOfFile: "\(packageFolder)/README.md", encoding: .utf8)
    var documented: [String: String] = [:]
    for row in readme.components(separatedBy: "\n") where row.hasPrefix("| `--") {
      let cells = row.components(separatedBy: " | ")
      let names = cells[0].matches(of: /`(--[a-z-]+)/).map { String($0.1) }
      let variables = cells[1].matches(of: /`([A-Z_]+)`/).map { "SHOWOFHANDS_\($0.1)" }
      #expect(names.count == variables.count, "\(row)")
      documented.merge(zip(names, variables)) { $1 }
    }
    let options = Options.all.map { ($0.name, $0.variable) }
    #expect(documented == Dictionary(uniqueKeysWithValues: options))
  }
}
