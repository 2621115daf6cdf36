import Platform

/// Reads the files of a folder that may be served. It waits for the disk: no loop may call it.
struct StaticFolder: Sendable {
  /// As it was named, for errors.
  private let name: String
  /// Without symbolic links, so that a prefix tells what is inside.
  private let root: String
  private let limits: StaticFileLimits

  init(_ name: String, limits: StaticFileLimits) throws(StaticFilesError) {
    self.name = name
    self.limits = limits
    do {
      root = try realPath(name)
      // Only a folder has a `.` in it.
      _ = try realPath(root + "/.")
    } catch {
      throw StaticFilesError(folder: name, cause: .system(error))
    }
  }

  /// One walk through the folder.
  private struct Walk {
    let old: [String: StaticFile]
    var files: [String: StaticFile] = [:]
    var bytes = 0
    /// The folders on the way to where it is, without links: one that is met again is a loop.
    var ancestors: [String] = []
  }

  /// The files by the paths they are asked for; those of `old` that have not changed are kept. What
  /// this process may not read is not there.
  /// - Throws: `StaticFilesError` when the limits are passed, the folder is gone or the disk fails.
  func read(keeping old: [String: StaticFile]) throws(StaticFilesError) -> [String: StaticFile] {
    var walk = Walk(old: old)
    do throws(SystemError) {
      _ = try folderEntries(root)
    } catch {
      throw StaticFilesError(folder: name, cause: .system(error))
    }
    try read(folder: root, servedAs: "/", &walk)
    return walk.files
  }

  private func read(
    folder: String, servedAs path: String, _ walk: inout Walk
  ) throws(StaticFilesError) {
    if walk.ancestors.contains(folder) { return }
    walk.ancestors.append(folder)
    defer { walk.ancestors.removeLast() }
    let names = try ifPresent { () throws(SystemError) in try folderEntries(folder) } ?? []
    for name in names where Self.isServed(name[...]) {
      let found = try ifPresent { () throws(SystemError) in try resolve("\(folder)/\(name)") }
      guard let (real, status) = found else { continue }
      switch status.kind {
      case .folder: try read(folder: real, servedAs: "\(path)\(name)/", &walk)
      case .regularFile: try read(file: real, status, servedAs: "\(path)\(name)", &walk)
      case .symbolicLink, .socket, .other: continue
      }
    }
  }

  /// Where a path leads and what is there; `nil` for a link out of the folder or to what is hidden.
  private func resolve(_ path: String) throws(SystemError) -> (String, FileStatus)? {
    let status = try FileStatus(at: path)
    guard status.kind == .symbolicLink else { return (path, status) }
    let real = try realPath(path)
    guard let inside = pathInside(real), Self.isServed(inside) else { return nil }
    return (real, try FileStatus(at: real))
  }

  private func read(
    file: String, _ status: FileStatus, servedAs path: String, _ walk: inout Walk
  ) throws(StaticFilesError) {
    guard walk.files.count < limits.maxFiles else {
      throw refusal(.tooManyFiles(max: limits.maxFiles))
    }
    var found = walk.old[path]
    if found?.status != status || found?.isFresh == true {
      found = try ifPresent { () throws(SystemError) in try load(file, path) } ?? nil
    }
    guard let found else { return }
    let bytes = found.status.size
    guard bytes <= limits.maxFileBytes else {
      let name = String(path.dropFirst())
      throw refusal(.fileTooLarge(name: name, bytes: bytes, maxBytes: limits.maxFileBytes))
    }
    walk.bytes += bytes
    guard walk.bytes <= limits.maxTotalBytes else {
      throw refusal(.tooManyBytes(maxBytes: limits.maxTotalBytes))
    }
    walk.files[path] = found
  }

  /// Of a file that is too large no more is read than shows it.
  private func load(_ file: String, _ path: String) throws(SystemError) -> StaticFile? {
    let descriptor = try Descriptor(readingFrom: file)
    var status = try descriptor.status()
    guard status.isRegularFile else { return nil }
    var contents: [UInt8] = []
    // A file that is being written may be half old and half new: it is read again.
    for _ in 1...Self.maxAttempts {
      contents = try descriptor.read(upTo: min(status.size, limits.maxFileBytes), at: 0)
      let after = try descriptor.status()
      if after == status { break }
      status = after
    }
    return StaticFile(
      contents, status, type: MediaType(ofFile: path), readAt: WallClock.secondsSince1970())
  }

  private static let maxAttempts = 3

  // MARK: Details

  /// `nil` where there is no such file, or none for this process.
  private func ifPresent<Value>(
    _ body: () throws(SystemError) -> Value?
  ) throws(StaticFilesError) -> Value? {
    do throws(SystemError) {
      return try body()
    } catch {
      if error.isNoSuchFile { return nil }
      throw refusal(.system(error))
    }
  }

  private func refusal(_ cause: StaticFilesError.Cause) -> StaticFilesError {
    StaticFilesError(folder: name, cause: cause)
  }

  /// Whether every part of the path is a name that may be asked for: with no dot in front, which
  /// hides it, and no backslash.
  private static func isServed(_ path: Substring) -> Bool {
    path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy {
      $0.first != UInt8(ascii: ".") && !$0.isEmpty && !$0.contains(UInt8(ascii: "\\"))
    }
  }

  /// What comes behind the root in an absolute path without links; `nil` for a path outside it.
  private func pathInside(_ resolved: String) -> Substring? {
    let folder = root == "/" ? root : root + "/"
    guard resolved.utf8.starts(with: folder.utf8) else { return nil }
    return Substring(resolved.utf8.dropFirst(folder.utf8.count))
  }
}
