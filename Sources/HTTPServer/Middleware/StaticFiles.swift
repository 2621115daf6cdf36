public import Platform

/// Answers GET and HEAD with the files under a folder, and passes on what it has no file for.
///
/// ```swift
/// app.use(try staticFiles(from: "Public"))
/// ```
/// Register it behind the routes: then the disk is asked only for what no route answers.
///
/// A path that ends in `/` is its folder's `index.html`. Names that begin with a dot, symbolic links
/// that lead out of the folder and anything but regular files are not there. Conditional requests
/// (RFC 9110, section 13) and a range of bytes (section 14) are answered.
///
/// - Parameters:
///   - folder: from the working directory, when it is relative; found once, now.
///   - cacheControl: `no-cache` lets browsers keep a file and ask each time whether it changed.
/// - Throws: `StaticFilesError` when there is no such folder.
public func staticFiles(
  from folder: String, cacheControl: FieldValue = "no-cache"
) throws(StaticFilesError) -> Middleware {
  let files = try StaticFiles(folder, cacheControl)
  return { request, response, next in
    let isRead = request.method == .get || request.method == .head
    guard isRead, let file = try files.file(at: request.path) else { return try await next() }
    try files.answer(request, response, file)
  }
}

/// A folder of files cannot be served.
public struct StaticFilesError: Error, CustomStringConvertible {
  public let folder: String
  public let cause: SystemError

  public var description: String {
    "the folder \(folder) cannot be served: \(cause.reason)"
  }
}

struct StaticFiles: Sendable {
  /// A file that is open, for one answer.
  struct OpenFile: ~Copyable {
    let descriptor: Descriptor
    let status: FileStatus
    let type: MediaType
  }

  /// Without symbolic links, so that a prefix tells what is inside.
  private let root: String
  private let cacheControl: FieldValue

  init(_ folder: String, _ cacheControl: FieldValue) throws(StaticFilesError) {
    do {
      root = try realPath(folder)
      // Only a folder has a `.` in it.
      _ = try realPath(root + "/.")
    } catch {
      throw StaticFilesError(folder: folder, cause: error)
    }
    self.cacheControl = cacheControl
  }

  /// Opens the file of a decoded path, if there is one to be had.
  ///
  /// Who may put a link into the folder between the look-up and the opening is not defended against:
  /// he could have put the file itself there.
  /// - Throws: `HTTPError` 503 when too many files are open, `SystemError` when the disk fails.
  func file(at path: String) throws -> OpenFile? {
    guard isServed(path.dropFirst()) else { return nil }
    do {
      let name = path.utf8.last == UInt8(ascii: "/") ? path + "index.html" : path
      let resolved = try realPath(root + name)
      guard let inside = pathInside(resolved), isServed(inside) else { return nil }
      return try open(resolved, MediaType(ofFile: name))
    } catch let error where error.isNoSuchFile {
      return nil
    } catch let error where error.isOutOfDescriptors {
      throw HTTPError.unavailable("The server is busy. Try again.", retryAfterSeconds: 1)
    }
  }

  private func open(_ path: String, _ type: MediaType) throws(SystemError) -> OpenFile? {
    let descriptor = try Descriptor(readingFrom: path)
    let status = try descriptor.status()
    guard status.isRegularFile else { return nil }
    return OpenFile(descriptor: descriptor, status: status, type: type)
  }

  /// Whether every part of the path is a name that may be asked for: not empty but for the last,
  /// which is a folder then, and with no dot in front: that covers `..` and what is hidden.
  private func isServed(_ path: Substring) -> Bool {
    let names = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return names.dropLast().allSatisfy { !$0.isEmpty }
      && names.allSatisfy { name in
        name.first != UInt8(ascii: ".") && !name.contains(0) && !name.contains(UInt8(ascii: "\\"))
      }
  }

  /// What comes behind the root in an absolute path without links; `nil` for a path outside it.
  private func pathInside(_ resolved: String) -> Substring? {
    let folder = root == "/" ? root : root + "/"
    guard resolved.utf8.starts(with: folder.utf8) else { return nil }
    return Substring(resolved.utf8.dropFirst(folder.utf8.count))
  }

  // MARK: Answering

  /// - Throws: `HTTPError` 412 and 416 (RFC 9110, sections 13.1 and 14.4).
  func answer(
    _ request: Request, _ response: Response, _ file: consuming OpenFile
  ) throws {
    let preconditions = Preconditions(request)
    let current = validators(of: file.status)
    let outcome = preconditions.evaluate(current)
    if outcome == .fail {
      throw HTTPError(.preconditionFailed, "The file is not in the state you asked for. Reload it.")
    }
    response.set("ETag", FieldValue(unchecked: current.entityTag.text))
    response.set("Cache-Control", cacheControl)
    if outcome == .notModified {
      response.status = .notModified
      return
    }
    response.set("Last-Modified", FieldValue(unchecked: current.lastModified.text))
    response.set("Accept-Ranges", "bytes")
    response.set("X-Content-Type-Options", "nosniff")
    let range = preconditions.allowRange(current) ? request.fields["Range"] : nil
    try send(range, of: file, to: response)
  }

  private func send(
    _ range: String?, of file: consuming OpenFile, to response: Response
  ) throws {
    let size = file.status.size
    let type = file.type
    switch range.map({ ByteRange($0, size: size) }) ?? .whole {
    case .whole:
      response.send(FileBody(file.descriptor, range: 0..<size), as: type)
    case .part(let part):
      response.status = .partialContent
      response.set(
        "Content-Range",
        FieldValue(unchecked: "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(size)"))
      response.send(FileBody(file.descriptor, range: part), as: type)
    case .unsatisfiable:
      var error = HTTPError(.rangeNotSatisfiable, "The file has \(size) bytes; ask for those.")
      error.fields.set("Content-Range", FieldValue(unchecked: "bytes */\(size)"))
      throw error
    }
  }

  /// The tag changes with every write, and with every file moved into another's place.
  private func validators(of status: FileStatus) -> Preconditions.Validators {
    let modified = UInt64(bitPattern: status.modifiedNanoseconds)
    let numbers = [UInt64(status.size), modified, status.inode]
    let opaque = numbers.map { String($0, radix: 16) }.joined(separator: "-")
    let seconds = Int(status.modifiedNanoseconds / 1_000_000_000)
    // A file from the future would be newer than the answer it comes in (section 8.8.2.1).
    let lastModified = min(HTTPDate(secondsSince1970: seconds), .now)
    return .init(entityTag: EntityTag(opaque: opaque), lastModified: lastModified)
  }
}
