import Platform

/// A database opened to be read, also while a server writes it, and where nothing may be written.
///
/// SQLite itself reads a database with a log only where it can make files beside it. Elsewhere the
/// file is read by itself if it has no log, and a private copy of both if it has one.
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
  /// - Throws: `.missing` where there is no file, and `LedgerError` where it cannot be read.
  init(_ path: String) throws(LedgerError) {
    let file = try DatabaseFile(existing: path)
    self.file = file
    hadLog = file.hasLog
    do throws(LedgerError) {
      connection = try Self.open(file.main, of: path, .readOnly)
      before = nil
      folder = nil
    } catch .cannotRead {
      before = [file.status(of: file.main), file.status(of: file.log)]
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
    let names = [file.main, file.log]
    for (name, old) in zip(names, before) {
      let new = file.status(of: name)
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
