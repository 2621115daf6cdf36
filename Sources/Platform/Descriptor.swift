#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// An open file or socket with one owner, closed when its owner lets go of it.
public struct Descriptor: ~Copyable, Sendable {
  package let number: Int32

  /// Takes ownership of an open descriptor.
  package init(owning number: Int32) {
    precondition(number >= 0, "not an open descriptor")
    self.number = number
  }

  /// Opens a file for reading.
  /// - Throws: `SystemError` as `open(2)` has it.
  package init(readingFrom path: String) throws(SystemError) {
    self.init(
      owning: try systemCall("open") { unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) })
  }

  deinit {
    // Nothing can be done about a failed close, and the number is free again either way.
    _ = close(number)
  }

  /// Gives the number to another owner, who closes it.
  package consuming func release() -> Int32 {
    let number = self.number
    discard self
    return number
  }

  /// Reads at a place in a file, without moving. Fewer bytes than asked for mean its end.
  /// - Throws: `SystemError` as `pread(2)` has it.
  package func read(upTo bytesMax: Int, at offset: Int) throws(SystemError) -> [UInt8] {
    var failure: SystemError?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: bytesMax) { buffer, count in
      do throws(SystemError) {
        count = try systemCall("pread") {
          unsafe pread(number, buffer.baseAddress, bytesMax, off_t(offset))
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// What kind of file it is, its size and when it changed.
  /// - Throws: `SystemError` as `fstat(2)` has it.
  package func status() throws(SystemError) -> FileStatus {
    var status = stat()
    try systemCall("fstat") { unsafe fstat(number, &status) }
    return FileStatus(status)
  }
}
