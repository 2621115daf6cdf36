import CSQLite

/// A connection to a database file, for one thread at a time.
final class Connection {
  enum Access {
    case readOnly
    case readWrite
  }

  fileprivate let handle: OpaquePointer
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

  fileprivate func error(_ code: Int32) -> LedgerError {
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

/// A prepared statement. Parameters count from 1, columns from 0, as in SQL and in C.
final class Statement {
  private let connection: Connection
  private let handle: OpaquePointer

  init(_ connection: Connection, _ sql: String) throws(LedgerError) {
    var prepared: OpaquePointer?
    let code = sqlite3_prepare_v2(connection.handle, sql, -1, &prepared, nil)
    guard code == SQLITE_OK, let prepared else { throw connection.error(code) }
    self.connection = connection
    handle = prepared
  }

  deinit { sqlite3_finalize(handle) }

  // MARK: Running

  /// Runs a statement that returns no rows.
  func run() throws(LedgerError) {
    defer { sqlite3_reset(handle) }
    while try step() {}
  }

  /// What `read` makes of the first row, if there is one.
  func first<Value>(_ read: (Statement) -> Value) throws(LedgerError) -> Value? {
    defer { sqlite3_reset(handle) }
    return try step() ? read(self) : nil
  }

  func forEachRow(_ read: (Statement) -> Void) throws(LedgerError) {
    defer { sqlite3_reset(handle) }
    while try step() { read(self) }
  }

  private func step() throws(LedgerError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: true
    case SQLITE_DONE: false
    case let code: throw connection.error(code)
    }
  }

  // MARK: Parameters

  func bind(_ index: Int32, _ value: Int) {
    check(sqlite3_bind_int64(handle, index, sqlite3_int64(value)))
  }

  func bind(_ index: Int32, _ value: Int?) {
    if let value { bind(index, value) } else { check(sqlite3_bind_null(handle, index)) }
  }

  func bind(_ index: Int32, _ text: String) {
    // SQLite's name for "make a copy", which is a pointer that C's header casts from -1.
    let copy = unsafeBitCast(-1, to: (@convention(c) (UnsafeMutableRawPointer?) -> Void).self)
    check(sqlite3_bind_text(handle, index, text, Int32(text.utf8.count), copy))
  }

  /// Binding fails only where the program is wrong.
  private func check(_ code: Int32) {
    precondition(code == SQLITE_OK, "cannot bind a parameter: \(code)")
  }

  // MARK: Columns

  func integer(_ column: Int32) -> Int { Int(sqlite3_column_int64(handle, column)) }

  func optionalInteger(_ column: Int32) -> Int? {
    sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : integer(column)
  }

  func text(_ column: Int32) -> String {
    let bytes = UnsafeBufferPointer(
      start: sqlite3_column_text(handle, column), count: Int(sqlite3_column_bytes(handle, column)))
    return String(decoding: bytes, as: UTF8.self)
  }
}
