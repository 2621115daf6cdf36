import CSQLite
import Platform

/// A connection to a database file, for one thread at a time.
@safe final class Connection {
  enum Access {
    case readOnly
    /// Reads a file that nobody writes, without making or using any file beside it.
    case immutable
    case readWrite
  }

  /// As C knows it, for statements.
  let handle: OpaquePointer
  /// As the host named it.
  let path: String
  private let access: Access
  private let busyTimeout: Duration
  private let commits = LogSize()

  /// - Parameters:
  ///   - file: what is opened, where that is not the path itself.
  ///   - busyTimeout: how long a call waits for another program's lock.
  init(
    _ path: String, file: String? = nil, _ access: Access, busyTimeout: Duration
  ) throws(LedgerError) {
    var name = file ?? path
    if access == .immutable { name = "file:\(Self.uriEncoded(name))?immutable=1" }
    let flags =
      switch access {
      case .readOnly: SQLITE_OPEN_READONLY
      case .immutable: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
      case .readWrite: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      }
    var opened: OpaquePointer?
    let code = unsafe sqlite3_open_v2(name, &opened, flags | SQLITE_OPEN_NOMUTEX, nil)
    guard let opened = unsafe opened else { throw .failed(path: path, reason: "no memory") }
    unsafe handle = opened
    self.path = path
    self.access = access
    self.busyTimeout = busyTimeout
    unsafe sqlite3_extended_result_codes(opened, 1)
    guard code == SQLITE_OK else { throw error(code) }
    setBusyTimeout()
    // Apple's SQLite keeps the log when the file is closed, unless it is asked not to.
    var persists: Int32 = 0
    unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_PERSIST_WAL, &persists)
    // In place of SQLite's own, which would move the log into the file at any commit. The context
    // lives as long as the connection does.
    unsafe sqlite3_wal_hook(
      opened, { unsafe LogSize.note($0, $3) }, unsafe Unmanaged.passUnretained(commits).toOpaque())
    // The file may come from anywhere: nothing in it runs, and its pages are looked at closely.
    unsafe csqlite_disable_triggers(opened)
    try execute("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;")
  }

  deinit {
    // SQLite would delete the log by its name, which another file may have by now.
    if access == .readWrite, hasMoved { unsafe csqlite_keep_log_on_close(handle) }
    unsafe sqlite3_close_v2(handle)
  }

  private static func uriEncoded(_ path: String) -> String {
    let encoded = path.utf8.flatMap { byte in
      switch byte {
      case UInt8(ascii: "%"): Array("%25".utf8)
      case UInt8(ascii: "?"): Array("%3f".utf8)
      case UInt8(ascii: "#"): Array("%23".utf8)
      // Also those of letters that are not English.
      default: [byte]
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  /// Runs `body` without waiting for another program's lock.
  func withoutWaiting(_ body: () throws(LedgerError) -> Void) throws(LedgerError) {
    unsafe sqlite3_busy_timeout(handle, 0)
    defer { setBusyTimeout() }
    try body()
  }

  private func setBusyTimeout() {
    unsafe sqlite3_busy_timeout(handle, Int32(busyTimeout / .milliseconds(1)))
  }

  // MARK: Running

  /// Runs statements that return nothing we want.
  func execute(_ sql: String) throws(LedgerError) {
    let code = unsafe sqlite3_exec(handle, sql, nil, nil, nil)
    if code != SQLITE_OK { throw error(code) }
  }

  /// The first column of the first row.
  func integer(_ sql: String) throws(LedgerError) -> Int {
    try Statement(self, sql).first { $0.integer(0) } ?? 0
  }

  /// The first column of every row.
  func texts(_ sql: String) throws(LedgerError) -> [String] {
    var texts: [String] = []
    try Statement(self, sql).forEachRow { texts.append($0.text(0)) }
    return texts
  }

  // MARK: What is so

  /// `3037002` for 3.37.2.
  static var libraryNumber: Int { Int(sqlite3_libversion_number()) }
  static var libraryVersion: String { unsafe String(cString: sqlite3_libversion()) }

  /// Whether the file could be opened for reading only.
  var isReadOnly: Bool { unsafe sqlite3_db_readonly(handle, "main") == 1 }

  /// Whether the file is no longer where it was opened.
  var hasMoved: Bool {
    var moved: Int32 = 0
    let code = unsafe sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved)
    return code == SQLITE_OK && moved != 0
  }

  var isInTransaction: Bool { unsafe sqlite3_get_autocommit(handle) == 0 }

  // MARK: The log

  /// How many pages the log had after the newest commit of this connection.
  var logPages: Int { commits.pages }

  enum Checkpoint { case passive, truncate }

  /// Moves the log's pages into the file, as far as readers let it.
  /// - Returns: whether all of them are there.
  func checkpoint(_ mode: Checkpoint) throws(LedgerError) -> Bool {
    var logPages: Int32 = 0
    var movedPages: Int32 = 0
    let mode = mode == .passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE
    let code = unsafe sqlite3_wal_checkpoint_v2(handle, "main", mode, &logPages, &movedPages)
    if code & 0xFF == SQLITE_BUSY { return false }
    if code != SQLITE_OK { throw error(code) }
    return logPages == movedPages
  }

  // MARK: Errors

  /// What the call that just failed with this code means.
  func error(_ code: Int32) -> LedgerError {
    let reason = reason(code)
    return switch code & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED: .busy(path: path)
    case SQLITE_CORRUPT: .corrupt(path: path, reason: reason)
    case SQLITE_FULL: .full(path: path)
    case SQLITE_NOTADB: .foreign(path: path)
    case SQLITE_READONLY where access == .readWrite: .readOnly(path: path)
    case SQLITE_CANTOPEN where access == .readWrite: .cannotOpen(path: path, reason: reason)
    case SQLITE_READONLY, SQLITE_CANTOPEN: .cannotRead(path: path, reason: reason)
    default: .failed(path: path, reason: reason)
    }
  }

  /// In SQLite's words, with the call that failed, or what the system said. (Of a failed call it says
  /// something else each time: a disk may take half of a write first.)
  private func reason(_ code: Int32) -> String {
    // It may quote what stands in the file.
    var reason = unsafe String(cString: sqlite3_errmsg(handle)).replacing("\n", with: " ")
    if code & 0xFF == SQLITE_IOERR {
      reason += ": " + (Self.failedCalls[code >> 8] ?? "IOERR \(code >> 8)")
    }
    let errno = unsafe sqlite3_system_errno(handle)
    guard code & 0xFF == SQLITE_CANTOPEN, errno != 0 else { return reason }
    return "\(reason), \(Errno(errno))"
  }

  /// By the second byte of an extended result code (SQLite, "Result and Error Codes").
  private static let failedCalls: [Int32: String] = [
    1: "IOERR_READ", 2: "IOERR_SHORT_READ", 3: "IOERR_WRITE", 4: "IOERR_FSYNC",
    5: "IOERR_DIR_FSYNC", 6: "IOERR_TRUNCATE", 7: "IOERR_FSTAT", 8: "IOERR_UNLOCK",
    9: "IOERR_RDLOCK", 10: "IOERR_DELETE", 13: "IOERR_ACCESS", 15: "IOERR_LOCK",
    16: "IOERR_CLOSE", 18: "IOERR_SHMOPEN", 19: "IOERR_SHMSIZE", 21: "IOERR_SHMMAP",
    22: "IOERR_SEEK", 24: "IOERR_MMAP",
  ]
}

/// What SQLite says of the log after each commit.
private final class LogSize {
  var pages = 0

  static func note(_ context: UnsafeMutableRawPointer?, _ pages: Int32) -> Int32 {
    if let context = unsafe context {
      unsafe Unmanaged<LogSize>.fromOpaque(context).takeUnretainedValue().pages = Int(pages)
    }
    return SQLITE_OK
  }
}
