import Platform

/// A database opened to be read, also while a server writes it, and where nothing may be written.
///
/// A file that no program has open is read by itself, so that nothing is left beside it. Otherwise
/// SQLite keeps the others from changing what is read, for which it needs files beside it; where it
/// can make none, a private copy of file and log is read.
final class DatabaseReader {
  let connection: Connection
  private let file: DatabaseFile
  private let hadLog: Bool
  /// Where no lock keeps others from writing meanwhile: the file and the log as they were.
  private let before: [FileStatus?]?
  /// Holds the copy.
  private let folder: PrivateFolder?

  /// How long another program's lock is waited for.
  private static let busyTimeout: Duration = .seconds(10)

  /// Starts to read: what is written from now on does not show.
  ///
  /// - Parameter isShared: whether other programs may have the file open though nothing shows it.
  /// - Throws: `.missing` where there is no file, and `LedgerError` where it cannot be read.
  init(_ path: String, isShared: Bool) throws(LedgerError) {
    let file = try DatabaseFile(existing: path)
    self.file = file
    hadLog = file.hasLog
    let before = file.statuses
    if !isShared, !file.isInUse {
      connection = try Self.open(file.main, of: path, .immutable)
      self.before = before
      folder = nil
      return
    }
    do throws(LedgerError) {
      connection = try Self.open(file.main, of: path, .readOnly)
      self.before = nil
      folder = nil
    } catch .cannotRead {
      self.before = before
      if hadLog {
        let folder = try Self.copy(file)
        connection = try Self.open("\(folder.path)/\(Self.copyName)", of: path, .readWrite)
        self.folder = consume folder
      } else {
        connection = try Self.open(file.main, of: path, .immutable)
        folder = nil
      }
      try checkIsUnchanged()
    }
  }

  private static func open(
    _ file: String, of path: String, _ access: Connection.Access
  ) throws(LedgerError) -> Connection {
    let connection = try Connection(path, file: file, access, busyTimeout: busyTimeout)
    try connection.execute("BEGIN")
    _ = try connection.integer("SELECT count(*) FROM sqlite_schema")
    return connection
  }

  private static let copyName = "copy"

  private static func copy(_ file: DatabaseFile) throws(LedgerError) -> PrivateFolder {
    do throws(SystemError) {
      let folder = try PrivateFolder(
        prefix: "recount", names: ["", "-wal", "-shm", "-journal"].map { copyName + $0 })
      try PrivateFile.copy(file.main, to: "\(folder.path)/\(copyName)")
      try PrivateFile.copy(file.log, to: "\(folder.path)/\(copyName)-wal")
      return folder
    } catch {
      throw .cannotRead(path: file.path, reason: error.reason)
    }
  }

  /// To be called when all is read.
  /// - Throws: `.busy` where somebody wrote meanwhile, so that what was read may be of two minds.
  func checkIsUnchanged() throws(LedgerError) {
    guard let before else { return }
    for (new, old) in zip(file.statuses, before) {
      let isSame =
        new?.size == old?.size && new?.inode == old?.inode
        && new?.modifiedNanoseconds == old?.modifiedNanoseconds
      if !isSame { throw .busy(path: file.path) }
    }
  }

  /// Whether the file was copied without its log, which had more. Not so where a server has begun
  /// one since we looked.
  func lacksLog() throws(LedgerError) -> Bool {
    if hadLog { return false }
    return try Schema.logFollows(connection) ? !file.hasLog : false
  }
}
