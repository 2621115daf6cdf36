#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One process's hold on something, by a lock on a file beside it (`flock(2)`). A file that a killed
/// process left behind holds nothing. An empty file goes with the lock; a note in it stays for the
/// next one who takes it.
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
    // Another one's is not ours to remove, and one that cannot be looked at may have a note.
    if isInPlace, (try? FileIdentity(of: descriptor))?.size == 0 { _ = unsafe unlink(path) }
    // Closing would not do while a child that is just being started has the descriptor too.
    _ = flock(descriptor.number, LOCK_UN)
  }

  // MARK: The note

  /// What was kept in the file, or its beginning.
  /// - Throws: `SystemError` as `pread(2)` has it.
  package func note(upTo bytesMax: Int) throws(SystemError) -> [UInt8] {
    try descriptor.read(upTo: bytesMax, at: 0)
  }

  /// Keeps a note in the file, in place of the one before.
  /// - Throws: `SystemError` as `pwrite(2)` and `ftruncate(2)` have it.
  package func keep(note: [UInt8]) throws(SystemError) {
    let number = descriptor.number
    let written = try systemCall("pwrite") { unsafe pwrite(number, note, note.count, 0) }
    try systemCall("ftruncate") { ftruncate(number, off_t(written)) }
  }
}
