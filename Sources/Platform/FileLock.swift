#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One process's hold on something, by a lock on a file beside it (`flock(2)`). The file goes with the
/// lock; one that a killed process left behind holds nothing.
package struct FileLock: ~Copyable {
  private let path: String
  private let descriptor: Descriptor
  /// As it was made.
  private let opened: FileIdentity?

  /// Whether the file is where it was made. Where it is not, somebody else may hold another.
  package var isInPlace: Bool {
    // Where the path leads nowhere any more, the file is not in its place.
    guard let opened, let present = try? FileIdentity(of: path) else { return false }
    return present.isSameFile(as: opened)
  }

  /// Makes the file, readable and writable for its owner alone, and locks it.
  /// - Returns: `nil` where another holds it, in this process or in another one.
  /// - Throws: `SystemError` as `open(2)` and `flock(2)` have it.
  package static func take(_ path: String) throws(SystemError) -> FileLock? {
    while true {
      let descriptor = Descriptor(
        owning: try systemCall("open") { unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) })
      let number = descriptor.number
      guard case .done = try attempt("flock", { flock(number, LOCK_EX | LOCK_NB) }) else {
        return nil
      }
      // Its holder may have removed the file between our opening and locking it.
      let lock = FileLock(path: path, descriptor: descriptor)
      if lock.isInPlace { return lock }
    }
  }

  private init(path: String, descriptor: consuming Descriptor) {
    self.path = path
    // What cannot be looked at is as good as gone.
    opened = try? FileIdentity(of: descriptor)
    self.descriptor = descriptor
  }

  deinit {
    // Another one's is not ours to remove.
    if isInPlace { _ = unsafe unlink(path) }
  }
}
