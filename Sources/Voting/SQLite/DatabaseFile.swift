import Platform

/// A database and the files that belong to it: the one place that knows their names, and what is to
/// be seen before SQLite touches them.
struct DatabaseFile {
  /// As the host named it.
  let path: String
  /// Where it is. Two names of one file have one.
  let main: String
  /// Commits that are not in the file yet, or not known to be.
  var log: String { main + "-wal" }
  /// Where in the log which page is; shared with other programs that read.
  var index: String { main + "-shm" }
  /// What undoes a change of the tables that was cut off.
  var journal: String { main + "-journal" }

  /// The file, which must be there.
  /// - Throws: `.missing`.
  init(existing path: String) throws(LedgerError) {
    self.path = path
    do throws(SystemError) {
      main = try realPath(path)
    } catch  where error.errno == .noSuchFile || error.errno == .notDirectory {
      throw .missing(path: path)
    } catch {
      throw .cannotRead(path: path, reason: error.reason)
    }
    try checkIsRegular()
  }

  /// The file, made empty where there is none, for its owner alone.
  init(creating path: String) throws(LedgerError) {
    self.path = path
    var isNew = false
    do throws(SystemError) {
      isNew = try PrivateFile.create(path)
      main = try realPath(path)
    } catch {
      throw .cannotOpen(path: path, reason: error.reason)
    }
    try checkIsRegular()
    guard isNew, hasLog else { return }
    // SQLite would delete the log of an empty file.
    PrivateFile.remove(main)
    throw .logAlone(path: path)
  }

  /// A device or a pipe cannot be a database, and opening one may wait for ever.
  private func checkIsRegular() throws(LedgerError) {
    if let status = status(of: main), !status.isRegularFile { throw .foreign(path: path) }
  }

  // MARK: One server

  /// One server's hold on the database.
  /// - Throws: `.inUse` where another holds it, in this process or in another one.
  func lock() throws(LedgerError) -> FileLock {
    do throws(SystemError) {
      if let lock = try FileLock.take(lockName) { return lock }
    } catch {
      throw .cannotOpen(path: path, reason: error.reason)
    }
    throw .inUse(path: path)
  }

  private var lockName: String { main + "-lock" }

  /// How far the ledger had come, as whoever held it last has kept it; `nil` where nothing tells.
  var progress: Progress? {
    // Where there is no such file, or it may not be read, nobody has kept anything for us.
    let bytes = try? Descriptor(readingFrom: lockName).read(upTo: Progress.maxBytes, at: 0)
    return bytes.flatMap(Progress.init)
  }

  // MARK: What is in it

  /// An empty file beside the database, under a name that no copy had before.
  /// - Throws: `SystemError` as `PrivateFile.create` has it.
  func newCopy(ofVersion version: Int) throws(SystemError) -> String {
    let name = "\(main)-version-\(version)"
    if try PrivateFile.create(name) { return name }
    var number = 2
    while try !PrivateFile.create("\(name)-\(number)") { number += 1 }
    return "\(name)-\(number)"
  }

  private static let headerBytes = 100
  private static let magic = Array("SQLite format 3\0".utf8)
  private static let applicationIDOffset = 68

  /// Returns for a ledger and for an empty file. SQLite itself would not leave another program's file
  /// alone: it finishes what that program left undone in it.
  func checkIsOurs() throws(LedgerError) {
    let header: [UInt8]
    do throws(SystemError) {
      header = try Descriptor(readingFrom: main).read(upTo: Self.headerBytes, at: 0)
    } catch {
      throw .cannotOpen(path: path, reason: error.reason)
    }
    if header.isEmpty {
      if hasLog { throw .logAlone(path: path) }
      return
    }
    guard header.count == Self.headerBytes, header.starts(with: Self.magic) else {
      throw .foreign(path: path)
    }
    let offset = Self.applicationIDOffset
    let id = header[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    guard id == Schema.applicationID else { throw .foreign(path: path) }
  }

  /// Whether there is a log beside the file with anything in it.
  var hasLog: Bool { (identity(of: log)?.size ?? 0) > 0 }

  /// Whether a program has the file open, or was killed while it had: it makes these files first.
  var isInUse: Bool { [log, index, journal].contains { identity(of: $0) != nil } }

  /// Of the files that change when somebody writes.
  var statuses: [FileStatus?] { [main, log].map(status) }

  /// Whether the file by itself says that a log goes on from it, and there is none.
  var lacksLog: Bool {
    guard !hasLog, (identity(of: journal)?.size ?? 0) == 0 else { return false }
    do throws(LedgerError) {
      let connection = try Connection(path, file: main, .immutable, busyTimeout: .zero)
      return try Schema.logFollows(connection)
    } catch {
      // What is wrong with it is said by whoever opens it.
      return false
    }
  }

  // MARK: Who may read it

  /// The bits of those who are neither the owner nor of the file's group. A group may have been let
  /// in on purpose; everybody is let in by a common umask.
  private static let others: UInt16 = 0o007

  /// Takes from everybody but the owner what an older version of this program gave them.
  func restrict() -> [LedgerWarning] {
    var warnings: [LedgerWarning] = []
    for name in [main, log, index] {
      guard let status = status(of: name), status.permissions & Self.others != 0 else { continue }
      do throws(SystemError) {
        try PrivateFile.restrict(name)
        if name == main { warnings.append(.madePrivate(path: path)) }
      } catch {
        if name == main { warnings.append(.notPrivate(path: path, reason: error.reason)) }
      }
    }
    return warnings
  }

  /// `nil` where there is no such file, or it is not to be seen.
  private func status(of name: String) -> FileStatus? { try? FileStatus(of: name) }

  /// The same, for what is asked again and again.
  func identity(of name: String) -> FileIdentity? { try? FileIdentity(of: name) }
}
