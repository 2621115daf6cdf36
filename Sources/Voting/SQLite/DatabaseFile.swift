/// What is known of a database file before SQLite touches it.
enum DatabaseFile {
  private static let headerBytes = 100
  private static let magic = Array("SQLite format 3\0".utf8)
  private static let applicationIDOffset = 68

  /// Returns for a ledger, for an empty file and where there is no file. SQLite itself would not
  /// leave another program's file alone: it finishes what that program left undone in it.
  static func checkIsOurs(_ path: String) throws(LedgerError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT { return }
      throw .cannotOpen(path: path, reason: String(cString: strerror(errno)))
    }
    defer { _ = close(descriptor) }
    var header = [UInt8](repeating: 0, count: headerBytes)
    let count = read(descriptor, &header, headerBytes)
    if count == 0 { return }
    let id = header[applicationIDOffset..<applicationIDOffset + 4].reduce(0) { $0 << 8 | Int($1) }
    guard count == headerBytes, header.starts(with: magic), id == Schema.applicationID else {
      throw .foreign(path: path)
    }
  }
}

/// One server's hold on a database. Its file goes with it; one that a killed server left behind
/// holds nothing.
struct FileLock: ~Copyable {
  private let path: String
  private let descriptor: Int32

  /// - Throws: `.inUse` where another holds it, in this process or in another one.
  init(beside database: String) throws(LedgerError) {
    let path = Self.resolved(database) + "-lock"
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else {
        throw .cannotOpen(path: database, reason: String(cString: strerror(errno)))
      }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let number = errno
        _ = close(descriptor)
        if number == EWOULDBLOCK { throw .inUse(path: database) }
        throw .cannotOpen(path: database, reason: String(cString: strerror(number)))
      }
      if Self.isStill(descriptor, at: path) {
        self.path = path
        self.descriptor = descriptor
        return
      }
      // Its holder removed the file between our opening and locking it.
      _ = close(descriptor)
    }
  }

  deinit {
    _ = unlink(path)
    _ = close(descriptor)
  }

  /// Two names of one file must find one lock.
  private static func resolved(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static func isStill(_ descriptor: Int32, at path: String) -> Bool {
    var opened = stat()
    var named = stat()
    return fstat(descriptor, &opened) == 0 && stat(path, &named) == 0
      && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
  }
}
