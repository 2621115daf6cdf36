import CSQLite

/// A prepared statement. Parameters count from 1, columns from 0, as in SQL and in C.
@safe final class Statement {
  private let connection: Connection
  private let handle: OpaquePointer

  init(_ connection: Connection, _ sql: String) throws(LedgerError) {
    var prepared: OpaquePointer?
    let code = unsafe sqlite3_prepare_v2(connection.handle, sql, -1, &prepared, nil)
    guard code == SQLITE_OK, let prepared = unsafe prepared else { throw connection.error(code) }
    self.connection = connection
    unsafe handle = prepared
  }

  deinit { unsafe sqlite3_finalize(handle) }

  // MARK: Running

  /// Runs a statement that returns no rows.
  func run() throws(LedgerError) {
    defer { unsafe sqlite3_reset(handle) }
    while try step() {}
  }

  /// What `read` makes of the first row, if there is one.
  func first<Value>(
    _ read: (Statement) throws(LedgerError) -> Value
  ) throws(LedgerError) -> Value? {
    defer { unsafe sqlite3_reset(handle) }
    return try step() ? read(self) : nil
  }

  func forEachRow(_ read: (Statement) throws(LedgerError) -> Void) throws(LedgerError) {
    defer { unsafe sqlite3_reset(handle) }
    while try step() { try read(self) }
  }

  private func step() throws(LedgerError) -> Bool {
    switch unsafe sqlite3_step(handle) {
    case SQLITE_ROW: true
    case SQLITE_DONE: false
    case let code: throw connection.error(code)
    }
  }

  // MARK: Parameters

  func bind(_ index: Int32, _ value: Int) {
    unsafe check(sqlite3_bind_int64(handle, index, sqlite3_int64(value)))
  }

  func bind(_ index: Int32, _ value: Int?) {
    if let value { bind(index, value) } else { unsafe check(sqlite3_bind_null(handle, index)) }
  }

  func bind(_ index: Int32, _ text: String?) {
    if let text { bind(index, text) } else { unsafe check(sqlite3_bind_null(handle, index)) }
  }

  func bind(_ index: Int32, _ text: String) {
    // SQLite's name for "make a copy", which is a pointer that C's header casts from -1.
    let copy = unsafe unsafeBitCast(
      -1, to: (@convention(c) (UnsafeMutableRawPointer?) -> Void).self)
    unsafe check(sqlite3_bind_text(handle, index, text, Int32(text.utf8.count), copy))
  }

  /// Binding fails only where the program is wrong.
  private func check(_ code: Int32) {
    precondition(code == SQLITE_OK, "cannot bind a parameter: \(code)")
  }

  // MARK: Columns

  /// What SQLite makes of the column as a whole number, whatever it is.
  func integer(_ column: Int32) -> Int { unsafe Int(sqlite3_column_int64(handle, column)) }

  /// A whole number in this range. Anybody may have written into the file.
  /// - Throws: `.corrupt`, with the column's name, for anything else.
  func integer(_ column: Int32, in range: ClosedRange<Int>) throws(LedgerError) -> Int {
    let isInteger = unsafe sqlite3_column_type(handle, column) == SQLITE_INTEGER
    guard isInteger, range.contains(integer(column)) else { throw unexpected(column) }
    return integer(column)
  }

  /// The same, or `nil` for NULL.
  func optionalInteger(_ column: Int32, in range: ClosedRange<Int>) throws(LedgerError) -> Int? {
    isNull(column) ? nil : try integer(column, in: range)
  }

  func isNull(_ column: Int32) -> Bool {
    unsafe sqlite3_column_type(handle, column) == SQLITE_NULL
  }

  /// - Throws: `.corrupt`, with the column's name, for what is not a text or is longer.
  func text(_ column: Int32, maxBytes: Int) throws(LedgerError) -> String {
    guard unsafe sqlite3_column_type(handle, column) == SQLITE_TEXT,
      unsafe sqlite3_column_bytes(handle, column) <= maxBytes
    else { throw unexpected(column) }
    return text(column)
  }

  /// - Parameter problem: with the column.
  func unexpected(_ column: Int32, _ problem: String) -> LedgerError {
    let name =
      unsafe sqlite3_column_name(handle, column).map { unsafe String(cString: $0) } ?? "a column"
    return .corrupt(path: connection.path, reason: "its \(name) \(problem)")
  }

  private func unexpected(_ column: Int32) -> LedgerError {
    let value =
      switch unsafe sqlite3_column_type(handle, column) {
      case SQLITE_INTEGER: "\(integer(column))"
      case SQLITE_NULL: "missing"
      default: unsafe "\(sqlite3_column_bytes(handle, column)) bytes of something else"
      }
    return unexpected(column, "is \(value)")
  }

  func text(_ column: Int32) -> String {
    let bytes = unsafe UnsafeBufferPointer(
      start: sqlite3_column_text(handle, column), count: Int(sqlite3_column_bytes(handle, column)))
    return unsafe String(decoding: bytes, as: UTF8.self)
  }
}
