#if canImport(Glibc)
  import CLinux
  import Glibc
#else
  import Darwin
#endif

/// Which file it is and how long: cheap to ask of a file that is being written.
///
/// Linux keeps finer times for a file whose times were asked for since its last write (6.13 and
/// later), so that the next write changes them, and a file system without a journal then flushes
/// the inode with the data. This asks for no times.
package struct FileIdentity: Equatable, Sendable {
  /// Its number on its device.
  private let inode: UInt64
  private let device: UInt64
  /// In bytes.
  package let size: Int

  /// Of the file that the path leads to.
  /// - Throws: `SystemError` as `statx(2)` or `stat(2)` has it.
  package init(of path: String) throws(SystemError) {
    #if canImport(Glibc)
      try self.init(of: path, in: AT_FDCWD, flags: 0)
    #else
      var status = stat()
      try systemCall("stat") { unsafe stat(path, &status) }
      self.init(status)
    #endif
  }

  /// - Throws: `SystemError` as `statx(2)` or `fstat(2)` has it.
  package init(of file: borrowing Descriptor) throws(SystemError) {
    #if canImport(Glibc)
      try self.init(of: "", in: file.number, flags: AT_EMPTY_PATH)
    #else
      let number = file.number
      var status = stat()
      try systemCall("fstat") { unsafe fstat(number, &status) }
      self.init(status)
    #endif
  }

  /// Whether both are of one file, whatever became of it meanwhile.
  package func isSameFile(as other: FileIdentity) -> Bool {
    inode == other.inode && device == other.device
  }

  #if canImport(Glibc)
    private init(of path: String, in folder: Int32, flags: Int32) throws(SystemError) {
      var status = statx()
      let mask = UInt32(STATX_INO | STATX_SIZE)
      try systemCall("statx") { unsafe statx(folder, path, flags, mask, &status) }
      inode = status.stx_ino
      device = UInt64(status.stx_dev_major) << 32 | UInt64(status.stx_dev_minor)
      size = Int(status.stx_size)
    }
  #else
    private init(_ status: stat) {
      inode = UInt64(status.st_ino)
      device = UInt64(truncatingIfNeeded: status.st_dev)
      size = Int(status.st_size)
    }
  #endif
}
