import CSQLite

/// A connection to a database file, for one thread at a time.
final class Connection {
  enum Access {
    case readOnly
    case readWrite
  }

  /// As C knows it, for statements.
  let handle: OpaquePointer
  let path: String

  /// - Parameter busyTimeout: how long a call waits for another program's lock.
  init(_ path: String, _ access: Access, busyTimeout: Duration) throws(LedgerError) {
    let flags =
      access == .readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    var opened: OpaquePointer?
    let code = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX, nil)
    guard let opened else { throw .failed(path: path, reason: "no memory") }
    guard code == SQLITE_OK else {
      let reason = String(cString: sqlite3_errmsg(opened))
      sqlite3_close_v2(opened)
      throw .cannotOpen(path: path, reason: reason)
    }
    handle = opened
    self.path = path
    sqlite3_busy_timeout(opened, Int32(busyTimeout / .milliseconds(1)))
  }

  deinit { sqlite3_close_v2(handle) }

  /// Runs statements that return nothing we want.
  func execute(_ sql: String) throws(LedgerError) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
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

  /// `3037002` for 3.37.2.
  static var libraryNumber: Int { Int(sqlite3_libversion_number()) }
  static var libraryVersion: String { String(cString: sqlite3_libversion()) }

  /// Whether the file could be opened for reading only.
  var isReadOnly: Bool { sqlite3_db_readonly(handle, "main") == 1 }

  /// Whether the file is no longer where it was opened.
  var hasMoved: Bool {
    var moved: Int32 = 0
    let code = sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved)
    return code == SQLITE_OK && moved != 0
  }

  var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  /// Rows that the last INSERT, UPDATE or DELETE changed.
  var changes: Int { Int(sqlite3_changes(handle)) }

  /// What the call that just failed with this code means.
  func error(_ code: Int32) -> LedgerError {
    let reason = String(cString: sqlite3_errmsg(handle))
    return switch code & 0xFF {
    case SQLITE_BUSY, SQLITE_LOCKED: .busy(path: path)
    case SQLITE_READONLY: .readOnly(path: path)
    case SQLITE_CORRUPT: .corrupt(path: path, reason: reason)
    case SQLITE_FULL: .full(path: path)
    case SQLITE_CANTOPEN: .cannotOpen(path: path, reason: reason)
    case SQLITE_NOTADB: .foreign(path: path)
    default: .failed(path: path, reason: reason)
    }
  }
}
