#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What the file system knows about a file.
public struct FileStatus: Sendable {
  public let isRegularFile: Bool
  /// In bytes.
  public let size: Int
  /// Since 1970, in nanoseconds.
  public let modifiedNanoseconds: Int64
  /// The file's number on its device, for telling two files of one name apart.
  public let inode: UInt64
  /// The device that the file is on.
  public let device: UInt64
  /// Who may read, write and execute it: the nine bits of `rwxrwxrwx`.
  public let permissions: UInt16
}

extension FileStatus {
  init(_ status: stat) {
    #if canImport(Glibc)
      let modified = status.st_mtim
    #else
      let modified = status.st_mtimespec
    #endif
    self.init(
      isRegularFile: status.st_mode & S_IFMT == S_IFREG,
      size: Int(status.st_size),
      // A file may say that it was changed in any year.
      modifiedNanoseconds: Int64(modified.tv_sec) &* 1_000_000_000 &+ Int64(modified.tv_nsec),
      inode: UInt64(status.st_ino),
      device: UInt64(truncatingIfNeeded: status.st_dev),
      permissions: UInt16(status.st_mode & 0o777))
  }

  /// Of the file that the path leads to.
  /// - Throws: `SystemError` as `stat(2)` has it.
  package init(of path: String) throws(SystemError) {
    var status = stat()
    try systemCall("stat") { unsafe stat(path, &status) }
    self.init(status)
  }

  /// Whether both are of one file, whatever became of it meanwhile.
  package func isSameFile(as other: FileStatus) -> Bool {
    inode == other.inode && device == other.device
  }
}
