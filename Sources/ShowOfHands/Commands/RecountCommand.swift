import EventLoop
import Platform
import Valkey
import Voting

/// `recount`: counts the ballots of a database or of a store again, in a process of its own.
struct RecountCommand: Equatable, Subcommand {
  enum Format { case words, json, csv }

  var database = Options.database
  /// In place of the database.
  var store: ValkeyURL?
  var format = Format.words
  /// Prints the numbers of hidden rounds too.
  var showsHidden = false
  var wantsHelp = false
  /// What the person who counts should know about the environment.
  private(set) var notices: [String] = []

  /// - Parameter arguments: behind the word `recount`.
  /// - Throws: `UsageError` for an option that is unknown or lacks its value.
  init(_ arguments: some Sequence<String>, environment: [String: String]) throws(UsageError) {
    var words: [String] = []
    var arguments = Arguments(arguments)
    while let name = arguments.nextName() {
      switch name {
      case "--database": words += [name, try arguments.value(of: name, expected: "FILE")]
      case "--store": words += [name, try arguments.value(of: name, expected: "URL")]
      case "--json": format = .json
      case "--csv": format = .csv
      case "--hidden": showsHidden = true
      case "--help", "-h": wantsHelp = true
      default: throw UsageError("There is no option \(printable(name)). See recount --help.")
      }
      try arguments.finish(name)
    }
    if wantsHelp { return }
    // Said as a server takes it, so that both mean one file, or one store. What is said here counts
    // before what the environment says of the other.
    let variables = environment.filter { variable in
      ["DATABASE", "STORE"].contains { name in
        variable.key.hasSuffix(name)
          && (words.isEmpty || words.contains("--\(name.lowercased())"))
      }
    }
    let options = try Options(words, environment: variables, cores: 1)
    database = options.database
    store = options.store
    notices = options.notices
  }

  /// Prints the numbers, and on standard error what disagrees with them.
  /// - Returns: the exit status: 0 where all agree, 1 where something does not.
  /// - Throws: `UsageError` where the file cannot be read, or the numbers cannot be written.
  func run() throws(UsageError) -> Int32 {
    for notice in notices { StandardError.writeLine(notice) }
    let recount: Recount
    do throws(LedgerError) {
      if let store {
        recount = try Recount(store: store)
      } else {
        recount = try Recount(path: database)
      }
    } catch {
      throw UsageError(error)
    }
    let results = Results(recount.counts.map { showsHidden ? $0.unveiled : $0.disclosed })
    try Program.say(text(of: results), terminator: format == .csv ? "" : "\n")
    for inconsistency in recount.inconsistencies {
      StandardError.writeLine(showsHidden ? inconsistency.description : inconsistency.disclosed)
    }
    return recount.inconsistencies.isEmpty ? 0 : 1
  }

  private func text(of results: Results) -> String {
    switch format {
    case .words where results.rounds.isEmpty: "No question was ever asked in \(place)."
    case .words: results.rounds.map(\.words).joined(separator: "\n")
    case .json: RoundResult.json(results)
    case .csv: RoundResult.csv(results.rounds)
    }
  }

  private var place: String { store.map { "\($0)" } ?? database }

  var help: String { Self.helpText }

  private static let helpText = """
    Usage: ShowOfHands recount [options]

    Counts every round of a database from its ballots alone, also while a server uses it. Ends with
    status 0 if all agrees; 1 if the running tally, a fingerprint, or anything else in the file disagrees
    with the ballots, if something was changed by hand, if an older copy was put in its place, or if
    the file was copied without its log; 2 if it cannot be read. A store has no seal: there, what was
    changed by hand is found where a fingerprint or a number that is kept besides says otherwise.

      --database FILE  the file; default: votes.sqlite [SHOWOFHANDS_DATABASE]
      --store URL      a Valkey or Redis that servers share, in its place [SHOWOFHANDS_STORE]
      --json           as JSON
      --csv            as CSV
      --hidden         with the numbers of rounds that hide them; default: how many voted
      --help           this text
    """
}
