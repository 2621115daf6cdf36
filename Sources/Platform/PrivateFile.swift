#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Files that nobody but their owner may read or write.
package enum PrivateFile {
  private static let permissions: mode_t = 0o600

  /// Makes an empty file where the path leads, unless there is one.
  /// - Returns: whether there was none.
  /// - Throws: `SystemError` as `open(2)` and `fchmod(2)` have it.
  package static func create(_ path: String) throws(SystemError) -> Bool {
    do throws(SystemError) {
      _ = try FileStatus(of: path)
      return false
    } catch  where error.errno == .noSuchFile {
      let descriptor = Descriptor(
        owning: try systemCall("open") {
          unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, permissions)
        })
      let number = descriptor.number
      // A umask takes rights away, also those of the owner.
      try systemCall("fchmod") { fchmod(number, permissions) }
      return true
    }
  }

  /// Takes from everybody but the owner the right to read and write a file.
  /// - Throws: `SystemError` as `chmod(2)` has it.
  package static func restrict(_ path: String) throws(SystemError) {
    try systemCall("chmod") { unsafe chmod(path, permissions) }
  }

  /// Adds zeros to a file that is shorter than that.
  /// - Throws: `SystemError` as `truncate(2)` has it.
  package static func extend(_ path: String, to bytes: Int) throws(SystemError) {
    try systemCall("truncate") { unsafe truncate(path, off_t(bytes)) }
  }

  /// Makes a copy of a file, which must not be there yet.
  /// - Throws: `SystemError` as `open(2)`, `pread(2)` and `write(2)` have it.
  package static func copy(_ source: String, to copy: String) throws(SystemError) {
    let from = try Descriptor(readingFrom: source)
    let to = Descriptor(
      owning: try systemCall("open") {
        unsafe open(copy, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, permissions)
      })
    let number = to.number
    var offset = 0
    while true {
      let bytes = try from.read(upTo: copiedBytes, at: offset)
      if bytes.isEmpty { return }
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = try systemCall("write") {
          unsafe rest.withUnsafeBytes { unsafe write(number, $0.baseAddress, $0.count) }
        }
        rest = rest.dropFirst(count)
      }
      offset += bytes.count
    }
  }

  /// At a time.
  private static let copiedBytes = 1 << 20

  /// Gives a file that is complete its name, under which there must be none, and has the folder on the
  /// disk. Both are in one folder.
  /// - Throws: `SystemError` as `link(2)` and `fsync(2)` have it: `.fileExists` where there is one.
  package static func publish(_ draft: String, as path: String) throws(SystemError) {
    do throws(SystemError) {
      try systemCall("link") { unsafe link(draft, path) }
      remove(draft)
    } catch  where [EPERM, ENOTSUP, EMLINK].contains(error.errno.rawValue) {
      // A file system without hard links.
      if unsafe access(path, F_OK) == 0 { throw SystemError(call: "link", errno: .fileExists) }
      try systemCall("rename") { unsafe rename(draft, path) }
    }
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = try Descriptor(readingFrom: folder)
    let number = descriptor.number
    // A file system that cannot do that has nothing to wait for.
    if fsync(number) != 0, Errno.last.rawValue != EINVAL {
      throw SystemError(call: "fsync", errno: .last)
    }
  }

  /// Removes a file, if it is there.
  package static func remove(_ path: String) {
    // What cannot be removed stays, and is nobody else's to read.
    _ = unsafe unlink(path)
  }
}

/// A file in the making that nobody but its owner may read.
package struct PrivateFileWriter: ~Copyable {
  private let descriptor: Descriptor

  /// Makes the file, which must not be there yet.
  /// - Throws: `SystemError` as `open(2)` has it: `.fileExists` where it is there.
  package init(creating path: String) throws(SystemError) {
    descriptor = Descriptor(
      owning: try systemCall("open") {
        unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600 as mode_t)
      })
  }

  /// Adds the bytes at its end.
  /// - Throws: `SystemError` as `write(2)` has it.
  package func write(_ bytes: [UInt8]) throws(SystemError) {
    let number = descriptor.number
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = try systemCall("write") {
        unsafe rest.withUnsafeBytes { unsafe Platform.write(number, $0) }
      }
      rest = rest.dropFirst(count)
    }
  }
}

/// A folder among the system's temporary files that nobody but this user may enter. It goes, with the
/// files in it, when its owner lets go of it.
package struct PrivateFolder: ~Copyable {
  package let path: String
  private let names: [String]

  /// - Parameters:
  ///   - prefix: what its name starts with.
  ///   - names: of all files that will be in it.
  /// - Throws: `SystemError` as `mkdtemp(3)` has it.
  package init(prefix: String, names: [String]) throws(SystemError) {
    let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var template = Array("\(parent)/\(prefix)-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw SystemError(call: "mkdtemp", errno: .last) }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    self.names = names
  }

  deinit {
    for name in names { PrivateFile.remove("\(path)/\(name)") }
    _ = unsafe rmdir(path)
  }
}
