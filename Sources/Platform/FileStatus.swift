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
      modifiedNanoseconds: Int64(modified.tv_sec) * 1_000_000_000 + Int64(modified.tv_nsec),
      inode: UInt64(status.st_ino))
  }
}
