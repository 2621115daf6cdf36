import HTTPServer
import Voting

/// What the command line and the environment say.
struct Options: Sendable {
  enum Logging: String, CaseIterable, Sendable {
    case faults
    case requests
  }

  var port = 3000
  var host: String?
  var database = "votes.sqlite"
  /// `nil` goes on with what the database asked last.
  var question: String?
  var yesLabel: String?
  var noLabel: String?
  var ballots = Ballots.one
  var root: String?
  var loops: Int
  var updatesPerSecond = 20
  var log = Logging.faults
  var wantsHelp = false

  /// - Parameters:
  ///   - arguments: without the name of the program. They win over the environment.
  ///   - cores: of this machine, for the default number of loops.
  /// - Throws: `UsageError` for an option that is unknown, lacks its value or has a bad one.
  init(_ arguments: [String], environment: [String: String], cores: Int) throws(UsageError) {
    loops = min(max(cores, 1), Self.loopsMax)
    for option in Self.all {
      guard let value = environment[option.variable], !value.isEmpty else { continue }
      try option.set(&self, value, as: option.variable)
    }
    var arguments = Arguments(arguments)
    while let name = arguments.nextName() {
      if name == "--help" || name == "-h" {
        wantsHelp = true
      } else if let option = Self.all.first(where: { $0.name == name }) {
        let value = try arguments.value(of: name, expected: option.value)
        try option.set(&self, value, as: name)
      } else {
        throw UsageError("There is no option \(name). See --help.")
      }
      try arguments.finish(name)
    }
  }

  /// What is asked, given what the database asked last. Labels belong to their question: another
  /// one starts with its own.
  func question(after last: Question?) -> Question {
    var next = last ?? Question(Self.question)
    if let question, question != last?.text { next = Question(question) }
    if let yesLabel { next.yesLabel = yesLabel }
    if let noLabel { next.noLabel = noLabel }
    return next
  }

  static let question = #"Will "Hello, World!" bring world peace?"#
  static let loopsMax = 8
  /// In bytes of UTF-8: long enough for any question, short enough for a screen.
  static let textBytesMax = 500

  // MARK: The options

  struct Option: Sendable {
    let name: String
    let variable: String
    /// What the value looks like.
    let value: String
    let help: String
    /// Returns false for a bad value.
    let apply: @Sendable (inout Options, String) -> Bool

    var usage: String { "\(name) \(value)" }

    func set(_ options: inout Options, _ value: String, as source: String) throws(UsageError) {
      if !apply(&options, value) {
        throw UsageError("\(source) cannot be '\(value)'; it is \(self.value) (\(help)).")
      }
    }
  }

  static let all: [Option] = [
    Option(
      name: "--port", variable: "PORT", value: "N",
      help: "the port, 0 to 65535, 3000 unless told; 0 lets the system choose"
    ) { $0.port.set(Int($1), in: 0...65535) },
    Option(
      name: "--host", variable: "HOST", value: "NAME",
      help: "the name or address to listen on; all interfaces, IPv4 and IPv6, unless told"
    ) { $0.host.set($1) },
    Option(
      name: "--database", variable: "DATABASE", value: "FILE",
      help: "where votes are kept, votes.sqlite unless told; :memory: keeps nothing"
    ) { $0.database.set($1) },
    Option(
      name: "--question", variable: "QUESTION", value: "TEXT",
      help: "what the room is asked, up to 500 bytes; what the database asked last, unless told"
    ) { $0.question.set(text: $1) },
    Option(
      name: "--yes", variable: "YES", value: "TEXT", help: "the label for yes, up to 500 bytes"
    ) { $0.yesLabel.set(text: $1) },
    Option(
      name: "--no", variable: "NO", value: "TEXT", help: "the label for no, up to 500 bytes"
    ) { $0.noLabel.set(text: $1) },
    Option(
      name: "--ballots", variable: "BALLOTS", value: "one|many",
      help: "one ballot per browser, unless told; or every press a new vote"
    ) { options, value in
      switch value {
      case "one": options.ballots = .one
      case "many": options.ballots = .many
      default: return false
      }
      return true
    },
    Option(
      name: "--root", variable: "ROOT", value: "FOLDER",
      help: "where Public/ and Views/ are; found from here, then from the program, unless told"
    ) { $0.root.set($1) },
    Option(
      name: "--loops", variable: "LOOPS", value: "N",
      help: "event loops, 1 to 64; one per core, at most 8, unless told"
    ) { $0.loops.set(Int($1), in: 1...64) },
    Option(
      name: "--updates-per-second", variable: "UPDATES_PER_SECOND", value: "N",
      help: "tallies that a screen is sent at most, 1 to 1000; 20 unless told"
    ) { $0.updatesPerSecond.set(Int($1), in: 1...1000) },
    Option(
      name: "--log", variable: "LOG", value: "faults|requests",
      help: "starts, stops and faults, unless told; or a line per request too"
    ) { options, value in
      guard let log = Logging(rawValue: value) else { return false }
      options.log = log
      return true
    },
  ]

  static var help: String {
    let width = all.map(\.usage.count).max() ?? 0
    let lines = all.map { option in
      let pad = String(repeating: " ", count: width - option.usage.count)
      return "  \(option.usage)\(pad)  \(option.help) [\(option.variable)]"
    }
    return """
      Usage: ShowOfHands [options]
             ShowOfHands recount [--database FILE] [--json|--csv]
             ShowOfHands rehearse [--screens N] [--votes-per-second N] [--seconds N] [--json]

      Asks a room a yes/no question: people vote at / and the big screen at /result shows the tally.

      \(lines.joined(separator: "\n"))
        --help\(String(repeating: " ", count: width - 6))  this text

      In brackets: the environment variable that says the same; an option wins over it.
      """
  }
}

extension Int {
  fileprivate mutating func set(_ value: Int?, in range: ClosedRange<Int>) -> Bool {
    guard let value, range.contains(value) else { return false }
    self = value
    return true
  }
}

extension String {
  fileprivate mutating func set(_ value: String) -> Bool {
    self = value
    return !value.isEmpty
  }
}

extension String? {
  fileprivate mutating func set(_ value: String) -> Bool {
    self = value
    return !value.isEmpty
  }

  /// A text people will read: not blank, not without end, on one line.
  fileprivate mutating func set(text value: String) -> Bool {
    self = value
    return !value.allSatisfy(\.isWhitespace) && value.utf8.count <= Options.textBytesMax
      && !value.unicodeScalars.contains { $0.value < 0x20 }
  }
}
