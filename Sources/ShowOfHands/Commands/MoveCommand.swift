import Platform
import Valkey
import Voting

/// `export` and `import`: an evening that began on a laptop goes on in a store that several servers
/// share, or comes home from there.
struct MoveCommand: Equatable, Subcommand {
  enum Direction: String {
    /// Out of a store, into a new database.
    case export
    /// Out of a database, into an empty store.
    case `import`
  }

  let direction: Direction
  private(set) var wantsHelp = false
  private(set) var database = Options.database
  /// `nil` with `wantsHelp` alone.
  private(set) var store: ValkeyURL?
  private(set) var durability = StoreDurability.strict
  /// What the person should know about the environment.
  private(set) var notices: [String] = []

  /// - Parameter arguments: behind the word `export` or `import`.
  /// - Throws: `UsageError` for an option that is unknown, lacks its value or has a bad one.
  init(
    _ direction: Direction, _ arguments: some Sequence<String>, environment: [String: String]
  ) throws(UsageError) {
    self.direction = direction
    var words: [String: [String]] = [:]
    var arguments = Arguments(arguments)
    while let name = arguments.nextName() {
      switch name {
      case "--database":
        words["DATABASE", default: []] += [
          name, try arguments.value(of: name, expected: "FILE"),
        ]
      case "--store", "--store-durability":
        words["STORE", default: []] += [name, try arguments.value(of: name, expected: "VALUE")]
      case "--help", "-h": wantsHelp = true
      default:
        throw UsageError("There is no option \(printable(name)). See \(direction.rawValue) --help.")
      }
      try arguments.finish(name)
    }
    if wantsHelp { return }
    // Each is said as a server takes it; a server takes one of them alone.
    func options(_ name: String) throws(UsageError) -> Options {
      let variables = environment.filter {
        $0.key.hasSuffix(name) || $0.key.hasSuffix("\(name)_DURABILITY")
      }
      return try Options(words[name, default: []], environment: variables, cores: 1)
    }
    let file = try options("DATABASE")
    let place = try options("STORE")
    guard let store = place.store else {
      throw UsageError(
        "Say where the store is: \(direction.rawValue) --store valkey://HOST:6379 --database FILE.")
    }
    if file.database == ":memory:" {
      throw UsageError("The memory of a server cannot be moved: give a file to --database.")
    }
    (self.store, durability, database) = (store, place.storeDurability, file.database)
    notices = file.notices + place.notices
  }

  /// Moves all of it, or nothing, and says what that was.
  /// - Returns: the exit status, 0.
  /// - Throws: `UsageError` where it cannot be done; nothing was changed then.
  func run() throws(UsageError) -> Int32 {
    guard let store else { return 0 }
    for notice in notices { StandardError.writeLine(notice) }
    let archive: LedgerArchive
    do throws(LedgerError) {
      switch direction {
      case .export:
        archive = try LedgerArchive(store: store)
        try archive.write(newDatabase: database)
      case .import:
        archive = try LedgerArchive(database: database)
        try archive.write(newStore: store, durability: durability)
      }
    } catch {
      throw UsageError(error)
    }
    try Program.say(words(archive))
    return 0
  }

  private func words(_ archive: LedgerArchive) -> String {
    let ballots = archive.ballots.values.reduce(0) { $0 + $1.count }
    let rounds = archive.room.rounds.count
    let what =
      "\(rounds) \(rounds == 1 ? "round" : "rounds") with \(ballots.withCommas) ballots, the record, the "
      + "fingerprints and the keys"
    return switch direction {
    case .export:
      "\(what) are in \(database) now. What is in the store is what it was: let no server count there "
        + "any more, or its votes are in one place and these in another."
    case .import:
      "\(what) are in the store now. What is in \(database) is what it was: let no server count there "
        + "any more, or its votes are in one place and these in another."
    }
  }

  var help: String {
    switch direction {
    case .export: Self.exportHelp
    case .import: Self.importHelp
    }
  }

  private static let exportHelp = """
    Usage: ShowOfHands export --store URL [--database FILE]

    Copies a whole evening out of a Valkey or Redis, in which no server counts any more, into a new
    database: every round and ballot, the record, fingerprints, receipts, and the keys, so that cookies,
    cards and the desk's address go on to work. All of it is there, or nothing, and a recount of it
    agrees. Ends with status 2, and a sentence, where it cannot.

      --store URL      the store: valkey://host:6379 [SHOWOFHANDS_STORE]
      --database FILE  the new file; default: votes.sqlite [SHOWOFHANDS_DATABASE]
      --help           this text
    """

  private static let importHelp = """
    Usage: ShowOfHands import --store URL [--database FILE]

    Copies a whole evening out of a database, which no server has open, into an empty Valkey or Redis:
    every round and ballot, the record, fingerprints, receipts, and the keys, so that cookies, cards and
    the desk's address go on to work. All of it is there, or nothing, and a recount of it agrees. Ends
    with status 2, and a sentence, where it cannot.

      --store URL      the store: valkey://host:6379 [SHOWOFHANDS_STORE]
      --store-durability strict|relaxed
                       as for the server [SHOWOFHANDS_STORE_DURABILITY]
      --database FILE  the file; default: votes.sqlite [SHOWOFHANDS_DATABASE]
      --help           this text
    """
}
