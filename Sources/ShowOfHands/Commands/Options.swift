import HTTPServer
import Valkey
import Voting

/// What the command line and the environment say.
struct Options: Sendable {
  enum Receipts: String, CaseIterable, Sendable {
    case on, off
  }

  enum Logging: String, CaseIterable, Sendable {
    case faults
    case requests
  }

  var port = 3000
  var host: String?
  /// The path of a Unix socket; `nil`: none.
  var listen: String?
  var publicURL: PublicURL?
  var trustedProxies = TrustedProxies()
  /// The network that phones join first; `nil` where nobody says.
  var wifi: WiFiNetwork?
  /// Of all pages, whatever browsers ask for; `nil` goes by that.
  var language: String?
  var database = Self.database
  /// In place of the database; `nil`: none.
  var store: ValkeyURL?
  var storeDurability = StoreDurability.strict
  /// `nil` goes on with what the database asked last.
  var question: String?
  var yesLabel: String?
  var noLabel: String?
  /// `nil` where the preset decides.
  var abstainLabel: String?
  var preset = Preset.quick
  /// `nil` where the preset decides.
  var rule: Rule?
  /// The file with the prepared list.
  var questions: String?
  /// In place of the ledger's own.
  var presenterKey: String?
  var desk = DeskGate.Reach.everywhere
  var ballots = BallotPolicy.one
  var receipts = Receipts.on
  var root: String?
  var loops: Int
  var updatesPerSecond = 20
  var log = Logging.faults
  var wantsHelp = false
  var wantsVersion = false
  /// What the person who starts the program should know about its environment.
  private(set) var notices: [String] = []
  /// By the name of the option: what the person wrote that set it.
  private var sources: [String: String] = [:]

  /// - Parameters:
  ///   - arguments: without the name of the program. They win over the environment.
  ///   - cores: of this machine, for the default number of loops.
  /// - Throws: `UsageError` for an option that is unknown, lacks its value or has a bad one. Where
  ///   the help or the version is asked for, the environment does not matter.
  init(_ arguments: [String], environment: [String: String], cores: Int) throws(UsageError) {
    loops = min(max(cores, 1), Self.maxDefaultLoops)
    let given = try read(arguments)
    if wantsHelp || wantsVersion { return }
    for option in Self.all where !given.contains(where: { $0.option.name == option.name }) {
      guard let variable = option.variables.first(where: { environment[$0]?.isEmpty == false })
      else { continue }
      try option.set(&self, environment[variable] ?? "", as: variable)
      sources[option.name] = variable
    }
    for (option, value) in given {
      try option.set(&self, value, as: option.name)
      sources[option.name] = option.name
    }
    notices = noticesOnOldNames(in: environment)
    if store != nil, let database = source(of: "--database") {
      let store = source(of: "--store") ?? "--store"
      throw UsageError("\(store) and \(database) cannot be used together; leave one of them out.")
    }
  }

  /// The options on the command line with their values; of one that comes twice the last counts.
  private mutating func read(
    _ arguments: [String]
  ) throws(UsageError) -> [(option: Option, value: String)] {
    var given: [(Option, String)] = []
    var arguments = Arguments(arguments)
    while let name = arguments.nextName() {
      if name == "--help" || name == "-h" {
        wantsHelp = true
      } else if name == "--version" {
        wantsVersion = true
      } else if let option = Self.all.first(where: { $0.name == name }) {
        given.append((option, try arguments.value(of: name, expected: option.value)))
      } else {
        throw UsageError("There is no option \(printable(name)). See --help.")
      }
      try arguments.finish(name)
    }
    return given
  }

  /// The option or variable that the value of an option came from; `nil` for its default.
  func source(of name: String) -> String? { sources[name] }

  /// A Unix socket alone is for who wants no way around the proxy.
  var opensPort: Bool {
    listen == nil || source(of: "--port") != nil || source(of: "--host") != nil
  }

  /// Two buttons of one name would leave everybody guessing.
  /// - Parameter words: in the language of the room.
  /// - Throws: `UsageError` where two labels are alike.
  func checkLabels(in words: Words) throws(UsageError) {
    guard labelled(questionDefaults(in: words).question("")).hasLabelsAlike else { return }
    let given = ["--yes", "--no", "--abstain"].compactMap(source).joined(separator: " and ")
    throw UsageError("\(given) cannot be used: two labels would be the same; give each its own.")
  }

  /// What a question has where nobody says more.
  func questionDefaults(in words: Words) -> QuestionDefaults {
    QuestionDefaults(preset: preset, in: words, abstainLabel: abstainLabel, rule: rule)
  }

  /// What is asked in a database that asked nothing yet; `nil` waits for the host, who has prepared
  /// something else than the quickest of questions.
  func firstQuestion(in words: Words) -> Question? {
    if question == nil, questions != nil || preset != .quick { return nil }
    return labelled(questionDefaults(in: words).question(question ?? words[.question]))
  }

  /// The prepared list in its file; `nil` where there is none. Waits for who writes it.
  /// - Parameter say: told before somebody may have to wait.
  /// - Throws: `UsageError` for a file that cannot be read, or has a mistake.
  func preparedList(
    in words: Words, say: (String) -> Void = { _ in }
  ) throws(UsageError) -> PreparedList? {
    guard let questions else { return nil }
    return try PreparedList(contentsOf: questions, questionDefaults(in: words), say: say)
  }

  /// What the command line does in a room where something was asked; `nil`: nothing. Labels belong
  /// to their question: another one starts with its own.
  func step(in room: Room, _ words: Words) -> Step? {
    guard let last = room.publicRound else { return nil }
    if let question, question != last.question.text {
      return .ask(
        labelled(questionDefaults(in: words).question(question)), isHidden: preset.isHidden,
        isDraft: false, preset: preset)
    }
    guard last.isOpen, room.draft == nil, labelled(last.question) != last.question else {
      return nil
    }
    return .edit(Step.Edit(yesLabel: yesLabel, noLabel: noLabel))
  }

  private func labelled(_ question: Question) -> Question {
    Step.Edit(
      yesLabel: yesLabel, noLabel: noLabel, abstainLabel: abstainLabel.map { .label($0) }
    ).applied(to: question)
  }

  static let database = "votes.sqlite"
  static let maxDefaultLoops = 8

  // MARK: Names of older versions

  /// Variables had no prefix once. Who still sets one that would change something, and hears
  /// nothing, takes the votes for lost or the question for forgotten.
  private func noticesOnOldNames(in environment: [String: String]) -> [String] {
    let renamed = Self.all.filter { option in
      guard let name = option.oldVariable, let value = environment[name], !value.isEmpty else {
        return false
      }
      return sources[option.name] == nil && option.isMeant(value, self)
    }
    return Self.notice(on: renamed)
  }

  /// One sentence about all of them.
  static func notice(on renamed: [Option]) -> [String] {
    guard !renamed.isEmpty else { return [] }
    let old = renamed.compactMap(\.oldVariable).joined(separator: ", ")
    let new = renamed.map(\.variable).joined(separator: ", ")
    let are = renamed.count == 1 ? "is" : "are"
    return ["\(old) \(are) set in the environment but no longer read; set \(new) instead."]
  }
}
