#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What the file system knows about a file.
package struct FileStatus: Equatable, Sendable {
  /// What a path leads to.
  package enum Kind: Sendable {
    /// Bytes on a disk.
    case regularFile
    /// What holds other files.
    case folder
    /// The link itself, not what it leads to.
    case symbolicLink
    /// A Unix socket.
    case socket
    /// A device, a pipe.
    case other
  }

  /// What it is; a link only where it was not followed.
  package let kind: Kind
  /// In bytes.
  package let size: Int
  /// When it was last changed, in whole seconds since 1970. File systems take any number.
  package let modifiedSeconds: Int
  /// The part of a second behind them, in nanoseconds.
  package let modifiedNanoseconds: Int
  /// The file's number on its device, for telling two files of one name apart.
  package let inode: UInt64
  /// The device that the file is on.
  package let device: UInt64
  /// Who may read, write and execute it: the nine bits of `rwxrwxrwx`.
  package let permissions: UInt16

  /// Whether it holds bytes: no folder, link, device or pipe.
  package var isRegularFile: Bool { kind == .regularFile }

  /// Whether both are of one file, whatever became of it meanwhile.
  func isSameFile(as other: FileStatus) -> Bool {
    inode == other.inode && device == other.device
  }
}

extension FileStatus {
  /// What stands at the path, the link itself where it is one.
  /// - Throws: `SystemError` as `lstat(2)` has it.
  package init(at path: String) throws(SystemError) {
    var status = stat()
    try systemCall("lstat") { unsafe lstat(path, &status) }
    self.init(status)
  }

  init(_ status: stat) {
    #if canImport(Glibc)
      let modified = status.st_mtim
    #else
      let modified = status.st_mtimespec
    #endif
    self.init(
      kind: Kind(status.st_mode),
      size: Int(status.st_size),
      modifiedSeconds: Int(modified.tv_sec),
      modifiedNanoseconds: Int(modified.tv_nsec),
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
}

extension FileStatus.Kind {
  init(_ mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFREG: self = .regularFile
    case S_IFDIR: self = .folder
    case S_IFLNK: self = .symbolicLink
    case S_IFSOCK: self = .socket
    default: self = .other
    }
  }
}
