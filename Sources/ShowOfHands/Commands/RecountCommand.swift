import EventLoop
import Platform
import Voting

/// `recount`: counts the ballots of a database again, in a process of its own.
struct RecountCommand: Equatable {
  enum Format { case words, json, csv }

  var database = "votes.sqlite"
  var format = Format.words
  var wantsHelp = false

  /// - Parameter arguments: behind the word `recount`.
  /// - Throws: `UsageError` for an option that is unknown or lacks its value.
  init(_ arguments: some Sequence<String>, environment: [String: String]) throws(UsageError) {
    if let database = environment["DATABASE"], !database.isEmpty { self.database = database }
    var arguments = Arguments(arguments)
    while let name = arguments.nextName() {
      switch name {
      case "--database": database = try arguments.value(of: name, expected: "FILE")
      case "--json": format = .json
      case "--csv": format = .csv
      case "--help", "-h": wantsHelp = true
      default: throw UsageError("There is no option \(name). See recount --help.")
      }
      try arguments.finish(name)
    }
  }

  /// Prints the numbers, and on standard error what disagrees with them.
  /// - Returns: the exit status: 0 where all agree, 1 where something does not.
  /// - Throws: `UsageError` where the file cannot be read.
  func run() throws(UsageError) -> Int32 {
    let recount: Recount
    do throws(LedgerError) {
      recount = try Recount(path: database)
    } catch {
      throw UsageError("\(error)")
    }
    let results = Results(recount.counts)
    switch format {
    case .words: for result in results.rounds { print(result.words) }
    case .json: print(RoundResult.json(results))
    case .csv: print(RoundResult.csv(results.rounds), terminator: "")
    }
    for disagreement in recount.disagreements { StandardError.writeLine("\(disagreement)") }
    return recount.disagreements.isEmpty ? 0 : 1
  }

  static let help = """
    Usage: ShowOfHands recount [options]

    Counts every round of a database from its ballots alone, also while a server uses it. Ends with
    status 1 if the running tally, or anything else in the file, disagrees with the ballots.

      --database FILE  the file, votes.sqlite unless told [DATABASE]
      --json           as JSON
      --csv            as CSV
      --help           this text
    """
}
