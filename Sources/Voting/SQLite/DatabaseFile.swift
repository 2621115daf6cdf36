import Platform

/// What is known of a database file before SQLite touches it.
enum DatabaseFile {
  private static let headerBytes = 100
  private static let magic = Array("SQLite format 3\0".utf8)
  private static let applicationIDOffset = 68

  /// Returns for a ledger, for an empty file and where there is no file. SQLite itself would not
  /// leave another program's file alone: it finishes what that program left undone in it.
  static func checkIsOurs(_ path: String) throws(LedgerError) {
    let header: [UInt8]
    do throws(SystemError) {
      header = try Descriptor(readingFrom: path).read(upTo: headerBytes, at: 0)
    } catch {
      if error.errno == .noSuchFile { return }
      throw .cannotOpen(path: path, reason: error.reason)
    }
    if header.isEmpty { return }
    guard header.count == headerBytes, header.starts(with: magic) else {
      throw .foreign(path: path)
    }
    let id = header[applicationIDOffset..<applicationIDOffset + 4].reduce(0) { $0 << 8 | Int($1) }
    guard id == Schema.applicationID else { throw .foreign(path: path) }
  }

  /// One server's hold on a database.
  /// - Throws: `.inUse` where another holds it, in this process or in another one.
  static func lock(_ path: String) throws(LedgerError) -> FileLock {
    // Two names of one file must find one lock. Where there is no file yet, it has one name.
    let resolved = (try? realPath(path)) ?? path
    do throws(SystemError) {
      if let lock = try FileLock.take(resolved + "-lock") { return lock }
    } catch {
      throw .cannotOpen(path: path, reason: error.reason)
    }
    throw .inUse(path: path)
  }
}
