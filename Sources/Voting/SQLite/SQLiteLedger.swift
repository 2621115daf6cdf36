import Platform

/// A ledger in a file, with SQLite.
///
/// Every commit is on the disk before it returns. The file is one server's at a time: a lock file
/// beside it (`<file>-lock`) says so, while other programs may read it.
public final class SQLiteLedger: LedgerStorage {
  public let secret: UInt128

  /// `nil` where it was closed to be opened again, and could not be.
  private var database: LedgerDatabase?
  private let file: DatabaseFile
  private let busyTimeout: Duration
  private let migrations: [String]
  private var warnings: [LedgerWarning]

  private let seal: Seal
  /// As it was committed last.
  private var sealed: Sealed
  private var total: UInt128
  /// Whether the file has a seal at all.
  private var isSealed: Bool

  /// The file has been further than it is now, and what says so is still beside it alone.
  private var isOlderCopy = false

  /// The lock was lost, and it is not known yet that nobody else wrote since.
  private var isLockDoubtful = false

  /// Last of all, so that the file is closed before it is another's.
  private var lock: FileLock

  /// Opens the ledger in this file, or makes one where there is no file.
  ///
  /// - Parameter busyTimeout: how long a call waits for another program's lock on the file.
  /// - Throws: `LedgerError`; the file is then as it was.
  public convenience init(path: String, busyTimeout: Duration = .seconds(2)) throws(LedgerError) {
    try self.init(path: path, busyTimeout: busyTimeout, migrations: Schema.migrations)
  }

  init(path: String, busyTimeout: Duration, migrations: [String]) throws(LedgerError) {
    if Connection.libraryNumber < Schema.libraryNumberMin {
      throw .oldLibrary(version: Connection.libraryVersion)
    }
    let file = try DatabaseFile(creating: path)
    lock = try file.lock()
    try file.checkIsOurs()
    if file.lacksLog { throw .logMissing(path: path) }
    warnings = file.restrict()
    let database = try LedgerDatabase(file, busyTimeout: busyTimeout, migrations: migrations)
    let connection = database.connection
    secret = try Schema.secret(connection)
    seal = Seal(secret: secret)
    if let (sealed, total) = try Schema.sealed(connection) {
      (self.sealed, self.total, isSealed) = (sealed, total, true)
    } else {
      sealed = try Schema.scan(connection, try Schema.counts(connection).map(\.round), seal)
      (total, isSealed) = (seal.total(sealed), false)
    }
    self.file = file
    self.busyTimeout = busyTimeout
    self.migrations = migrations
    self.database = database
    isOlderCopy = wasFurther
    if isOlderCopy { warnings.append(.olderCopy(path: path)) }
  }

  deinit { keepProgress() }

  private func open() throws(LedgerError) -> LedgerDatabase {
    guard let database else { throw .logGone(path: file.path) }
    return database
  }

  /// For what only tests do with it.
  var connection: Connection {
    get throws(LedgerError) { try open().connection }
  }

  // MARK: Reading

  public func contents() throws(LedgerError) -> LedgerContents {
    var contents = try Schema.contents(open().connection)
    contents.isOlderCopy = isOlderCopy
    return contents
  }

  public func ballots(round: Int) throws(LedgerError) -> [Int: Ballot] {
    try Schema.ballots(open().connection, round: round)
  }

  public func record(round: Int) throws(LedgerError) -> [RecordEntry] {
    try Schema.record(open().connection, round: round)
  }

  public func fingerprint(round: Int) throws(LedgerError) -> Fingerprint? {
    try Schema.fingerprints(open().connection, round: round).last
  }

  // MARK: Writing

  public func write(_ batch: LedgerBatch) throws(LedgerError) {
    let database = try open()
    try database.checkFile()
    try holdLock(on: database)
    var sealed = sealed
    sealed.apply(batch, seal)
    if let step = batch.step { sealed.apply(step, seal) }
    let total = seal.total(sealed)
    try database.begin()
    do throws(LedgerError) {
      try Self.write(batch, database.statements)
      try database.statements.save(sealed, total, isWhole: batch.step != nil || !isSealed)
      try database.commit()
    } catch {
      database.rollback()
      throw error
    }
    (self.sealed, self.total, isSealed) = (sealed, total, true)
    if batch.step?.entries.contains(where: { $0.kind == .olderCopy }) == true {
      isOlderCopy = false
    }
    if batch.step != nil { keepProgress() }
  }

  private static func write(
    _ batch: LedgerBatch, _ statements: LedgerStatements
  ) throws(LedgerError) {
    if let round = batch.round {
      // A voter who has a ballot after all is refused, and nobody's ballot is changed.
      try statements.add(batch.added, round: round)
      try statements.move(batch.moved, round: round)
    }
    if let step = batch.step { try statements.write(step) }
    if let counters = batch.counters { try statements.save(counters) }
    if let deskKey = batch.deskKey { try statements.save(deskKey: deskKey) }
  }

  /// Takes the lock again if somebody deleted its file: another server may have come meanwhile.
  private func holdLock(on database: LedgerDatabase) throws(LedgerError) {
    if !lock.isInPlace {
      isLockDoubtful = true
      lock = try file.lock()
    }
    guard isLockDoubtful else { return }
    try database.checkIsOursAlone()
    isLockDoubtful = false
  }

  // MARK: Upkeep

  public func consolidate() -> Bool {
    let isDone = database?.consolidate() ?? false
    if isDone { keepProgress() }
    return isDone
  }

  // MARK: Progress

  private var progress: Progress {
    Progress(ledger: Schema.ledgerID(secret), commits: sealed.commits, seal: total)
  }

  /// Whether the file has been further than it is now.
  private var wasFurther: Bool {
    // What cannot be read says nothing.
    (try? lock.note(upTo: Progress.maxBytes)).flatMap(Progress.init)?.isPast(progress) ?? false
  }

  /// Keeps beside the file how far it has come.
  private func keepProgress() {
    guard isSealed, !isOlderCopy else { return }
    // It finds an old copy that is put back; no vote depends on it.
    try? lock.keep(note: Array(progress.text.utf8))
  }

  /// A log that was deleted is replaced by a new one, once what it held is in the file.
  public func recover() throws(LedgerError) {
    if let database {
      guard database.isRescued() else { return }
      warnings += database.takeWarnings()
    }
    // The old one is closed first: in one process, SQLite would share its index with the new one.
    database = nil
    database = try LedgerDatabase(file, busyTimeout: busyTimeout, migrations: migrations)
  }

  public var log: LedgerLog { database?.log ?? LedgerLog() }

  public func takeWarnings() -> [LedgerWarning] {
    defer { warnings = [] }
    return warnings + (database?.takeWarnings() ?? [])
  }
}
