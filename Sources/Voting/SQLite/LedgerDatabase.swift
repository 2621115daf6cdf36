import Platform

/// A ledger's file while a server has it open: the connection, its statements, and the log beside it.
///
/// Whoever copies the file alone must be able to see that. So the file by itself says that the log
/// goes on from it (`counters.log_follows`) before any other commit stands in the log alone, and
/// every commit in the log says that it does not. The log is therefore moved into the file only
/// behind a commit that says so, or when all of it is there and nothing follows. (Where another
/// program holds on to an older state just then, the file may say nothing until the next time.)
final class LedgerDatabase {
  let connection: Connection
  let file: DatabaseFile
  let statements: LedgerStatements
  private(set) var warnings: [LedgerWarning] = []
  private(set) var checkpointFailures = 0

  /// What the newest commit says.
  private var saysLogFollows: Bool
  /// The file by itself says that the log goes on, as far as that could be arranged: commits may
  /// stand in the log alone.
  private var isFileMarked = true
  /// All is in the file, and it says so.
  private var isConsolidated = false
  /// At so many pages the log is moved into the file.
  private var fullLogPages = maxLogPages
  private var hasWarned = false
  /// The log and its index as they were opened.
  private let companions: [(name: String, identity: FileIdentity?)]
  /// What SQLite says for as long as no other program has written.
  private let dataVersion: Int
  /// The file as it was opened. It and the index never shrink: SQLite would take what is missing for
  /// damage, and of the index, which is in its memory, the system would end the process.
  private let opened: FileIdentity?
  private var indexBytes = 0
  /// Of the log, as it was looked at last.
  private var logBytes = 0

  /// 4 MB. SQLite itself takes the same.
  private static let maxLogPages = 1000
  /// What a page takes in the log.
  private static let pageBytes = 4096 + 24
  /// A log that cannot be moved into the file is said to grow once it has so many bytes.
  static let maxQuietLogBytes = 16 << 20

  init(
    _ file: DatabaseFile, busyTimeout: Duration, migrations: [String]
  ) throws(LedgerError) {
    self.file = file
    connection = try Connection(file.path, file: file.main, .readWrite, busyTimeout: busyTimeout)
    if connection.isReadOnly { throw .readOnly(path: file.path) }
    let version = try Schema.version(connection, newest: migrations.count)
    try Self.checkIsSound(connection)
    if version > 0, version < migrations.count { try Self.keepCopy(of: file, version, connection) }
    try Schema.update(connection, from: version, migrations)
    try Self.configure(connection)
    saysLogFollows = try Schema.logFollows(connection)
    statements = try LedgerStatements(connection)
    companions = [file.log, file.index].map { ($0, file.identity(of: $0)) }
    opened = file.identity(of: file.main)
    dataVersion = try connection.integer(Self.askDataVersion)
    // Where another program holds it up, it is done later.
    _ = consolidate()
  }

  deinit { _ = consolidate() }

  private static func checkIsSound(_ connection: Connection) throws(LedgerError) {
    let report = try connection.texts("PRAGMA quick_check(1)")
    if report != ["ok"] {
      let lines = report.flatMap { $0.split(separator: "\n") }.filter { !$0.hasPrefix("***") }
      throw .corrupt(path: connection.path, reason: lines.joined(separator: ", "))
    }
  }

  /// For going back to the version of the program that wrote the file.
  private static func keepCopy(
    of file: DatabaseFile, _ version: Int, _ connection: Connection
  ) throws(LedgerError) {
    let copy: String
    do throws(SystemError) {
      copy = try file.newCopy(ofVersion: version)
    } catch {
      throw .cannotOpen(path: file.path, reason: "a copy of it cannot be made: \(error.reason)")
    }
    do throws(LedgerError) {
      // What the log holds is in the copy, too.
      let statement = try Statement(connection, "VACUUM INTO ?1")
      statement.bind(1, copy)
      try statement.run()
    } catch {
      PrivateFile.remove(copy)
      throw error
    }
  }

  private static func configure(_ connection: Connection) throws(LedgerError) {
    guard try connection.texts("PRAGMA journal_mode = WAL") == ["wal"] else {
      throw .cannotOpen(
        path: connection.path, reason: "its file system does not let processes share memory")
    }
    // FULL and the two fullfsync: what is committed is on the disk, also on a Mac, whose fsync
    // alone does not ask for that. The log shrinks to 16 MB where a reader has kept it growing.
    try connection.execute(
      """
      PRAGMA synchronous = FULL;
      PRAGMA fullfsync = ON;
      PRAGMA checkpoint_fullfsync = ON;
      PRAGMA foreign_keys = ON;
      PRAGMA cache_size = -16384;
      PRAGMA journal_size_limit = 16777216;
      """)
  }

  // MARK: Transactions

  /// What other programs did to the file is looked at before each transaction, and to its log before
  /// each commit: one look for each of them.
  func begin() throws(LedgerError) {
    try checkIndex()
    if connection.isInTransaction { try connection.execute("ROLLBACK") }
    if !isFileMarked { try markFile() }
    try statements.begin.run()
  }

  /// A file or log that was deleted or moved would take the commit, and nobody would find it again.
  func commit() throws(LedgerError) {
    try checkLog()
    if saysLogFollows { try statements.setLogFollows(false) }
    try statements.commit.run()
    saysLogFollows = false
    if connection.logPages >= fullLogPages {
      // What is committed stays so, and `moveLog` says where it fails for long.
      do throws(LedgerError) { try markFile() } catch { noteFailure(error) }
    }
  }

  func rollback() {
    // A rollback that fails leaves the transaction open, and `begin` tries again.
    if connection.isInTransaction { try? connection.execute("ROLLBACK") }
    guard !connection.hasMoved else { return }
    // Where the disk is full, moving the log into the file lets the log start over in the room it
    // has; the file is marked again when it does. If that fails too, nothing is lost.
    isConsolidated = moveLog() && !saysLogFollows
    isFileMarked = saysLogFollows
  }

  /// - Throws: `.moved` for a file that is no longer where it was opened, `.cutShort` for one that has
  ///   lost its end.
  func checkFile() throws(LedgerError) {
    guard let opened, let present = file.identity(of: file.main), present.isSameFile(as: opened)
    else {
      throw .moved(path: file.path)
    }
    if present.size < opened.size { throw .cutShort(path: file.path) }
  }

  private func checkIndex() throws(LedgerError) {
    if !mendIndex() { throw .logGone(path: file.path) }
  }

  private func checkLog() throws(LedgerError) {
    guard let opened = companions.first(where: { $0.name == file.log })?.identity else { return }
    guard let present = file.identity(of: file.log), present.isSameFile(as: opened) else {
      throw .logGone(path: file.path)
    }
    logBytes = present.size
  }

  private static let askDataVersion = "PRAGMA data_version"

  /// To be called where another server may have had the file for a while.
  /// - Throws: `.usedMeanwhile` if it wrote: what it counted, we do not know.
  func checkIsOursAlone() throws(LedgerError) {
    if try connection.integer(Self.askDataVersion) != dataVersion {
      throw .usedMeanwhile(path: file.path)
    }
  }

  private var isCutShort: Bool {
    guard let opened, let present = file.identity(of: file.main) else { return false }
    return present.size < opened.size
  }

  /// Gives the index its size back if another program cut it short. Of zeros SQLite makes a new one.
  /// - Returns: whether it is the one that was opened.
  @discardableResult private func mendIndex() -> Bool {
    guard let opened = companions.first(where: { $0.name == file.index })?.identity else {
      return true
    }
    guard let present = file.identity(of: file.index), present.isSameFile(as: opened) else {
      return false
    }
    // What cannot be mended here, nothing else can.
    if present.size < indexBytes { try? PrivateFile.extend(file.index, to: indexBytes) }
    indexBytes = max(indexBytes, present.size)
    return true
  }

  private var areCompanionsInPlace: Bool {
    companions.allSatisfy { name, opened in
      guard let opened else { return true }
      return file.identity(of: name)?.isSameFile(as: opened) ?? false
    }
  }

  // MARK: The log

  var log: LedgerLog {
    var log = LedgerLog()
    log.bytes = logBytes
    log.checkpointFailures = checkpointFailures
    return log
  }

  func takeWarnings() -> [LedgerWarning] {
    defer { warnings = [] }
    return warnings
  }

  /// Makes the file complete by itself.
  /// - Returns: whether it is.
  func consolidate() -> Bool {
    mendIndex()
    if isConsolidated { return true }
    guard !connection.isInTransaction, !connection.hasMoved, !isCutShort else { return false }
    if saysLogFollows {
      // Where it fails, the file goes on saying that there is more.
      guard (try? commitAlone(logFollows: false)) != nil else { return false }
    }
    guard moveLog() else { return false }
    (isFileMarked, isConsolidated) = (false, true)
    truncateLog()
    return true
  }

  /// Whether the log or its index is gone while the file is in place, and all that the log holds is
  /// in the file now. What opens the file next makes new ones.
  func isRescued() -> Bool {
    guard !connection.hasMoved, !areCompanionsInPlace else { return false }
    // Whoever began another log may go on from a file without ours.
    let log = file.identity(of: file.log)
    let isOurs = companions.contains { name, opened in
      name == file.log && opened.map { log?.isSameFile(as: $0) ?? true } ?? true
    }
    guard isOurs || log?.size == 0 else { return false }
    return consolidate()
  }

  /// Has the file say by itself that the log goes on from it.
  private func markFile() throws(LedgerError) {
    isConsolidated = false
    try commitAlone(logFollows: true)
    moveLog()
    isFileMarked = true
  }

  private func commitAlone(logFollows: Bool) throws(LedgerError) {
    do throws(LedgerError) {
      try statements.begin.run()
      try statements.setLogFollows(logFollows)
      try statements.commit.run()
    } catch {
      // The transaction is gone either way, or `begin` ends it.
      try? connection.execute("ROLLBACK")
      throw error
    }
    saysLogFollows = logFollows
  }

  /// - Returns: whether all of it is in the file now.
  @discardableResult private func moveLog() -> Bool {
    var failure: LedgerError?
    do throws(LedgerError) {
      if try connection.checkpoint(.passive) {
        fullLogPages = Self.maxLogPages
        hasWarned = false
        return true
      }
    } catch {
      failure = error
    }
    noteFailure(failure)
    return false
  }

  /// A program that reads for a moment is not worth a word; a failing disk is.
  private func noteFailure(_ failure: LedgerError?) {
    checkpointFailures += 1
    fullLogPages = connection.logPages + Self.maxLogPages
    let bytes = connection.logPages * Self.pageBytes
    guard !hasWarned, failure != nil || bytes >= Self.maxQuietLogBytes else { return }
    hasWarned = true
    warnings.append(
      failure.map(LedgerWarning.logStays) ?? .logGrows(path: file.path, bytes: bytes))
  }

  /// Gives its room on the disk back, if nobody reads it.
  private func truncateLog() {
    // It waits for nobody; where somebody reads, the next time will do.
    try? connection.withoutWaiting { () throws(LedgerError) in
      _ = try connection.checkpoint(.truncate)
    }
    logBytes = file.identity(of: file.log)?.size ?? 0
  }
}
