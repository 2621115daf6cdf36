public import EventLoop
public import Platform

/// Responds to GET and HEAD with the files under a folder, and passes on what it has no file for.
///
/// ```swift
/// app.use(try staticFiles(from: "Public"))
/// ```
/// Register it behind the routes: they go first.
///
/// The files are read now, into memory, and again when they change: a thread looks at the folder,
/// at most once in `limits.checkInterval` and only when a file is asked for. No loop ever waits for
/// the disk.
///
/// A path that ends in `/` is its folder's `index.html`. Names that begin with a dot, symbolic
/// links that lead out of the folder and anything but regular files are not there. Conditional
/// requests (RFC 9110, section 13) and a range of bytes (section 14) are known.
///
/// - Parameters:
///   - folder: from the working directory, when it is relative; found once, now.
///   - source: `#filePath`, for a program that runs where it was built: a relative folder is then the
///     one beside this source file, from wherever the program is started. Default: none.
///   - cacheControl: `no-cache` lets browsers keep a file and ask each time whether it changed.
///   - limits: how much is kept, and how often the folder is looked at.
///   - clock: tells when the folder is to be looked at again.
///   - log: is told, once, when the folder has changed and cannot be read as it is now.
/// - Throws: `StaticFilesError` when there is no such folder, or more in it than the limits allow.
public func staticFiles(
  from folder: String, beside source: String? = nil, cacheControl: FieldValue = "no-cache",
  limits: StaticFileLimits = StaticFileLimits(), clock: LoopClock = .system,
  log: Log = .standardError
) throws(StaticFilesError) -> Middleware {
  let store = try StaticFileStore(
    path(of: folder, beside: source), limits: limits, clock: clock, log: log)
  return { request, response, next in
    guard let file = await store.file(at: request.path, for: response) else {
      return try await next()
    }
    switch request.method {
    case .get, .head:
      try StaticFileResponder(file: file, cacheControl: cacheControl).respond(request, response)
    default:
      try await passOn(request, response, next)
    }
  }
}

private func path(of folder: String, beside source: String?) -> String {
  guard let source, !folder.hasPrefix("/"), let slash = source.lastIndex(of: "/") else {
    return folder
  }
  return source[...slash] + folder
}

/// A route may take other methods than a file does; where none does, the file says which it takes.
private nonisolated(nonsending) func passOn(
  _ request: Request, _ response: Response, _ next: Next
) async throws {
  do {
    try await next()
  } catch let error as HTTPError where error.status == .notFound {
    let allowed: FieldValue = "GET, HEAD, OPTIONS"
    guard request.method == .options else {
      throw HTTPError(
        .methodNotAllowed, "This address does not take \(request.method); use \(allowed).",
        fields: ["Allow": allowed.description])
    }
    response.status(.noContent).set("Allow", allowed)
  }
}

/// How much of a folder is kept in memory.
public struct StaticFileLimits: Sendable {
  /// One file: the folder is refused past it.
  public var maxFileBytes = 4 << 20
  /// All files together: the folder is refused past it.
  public var maxTotalBytes = 64 << 20
  /// Files, in number: the folder is refused past it.
  public var maxFiles = 4096
  /// The folder is looked at for changes at most so often.
  public var checkInterval: Duration = .seconds(1)
  /// A request waits so long for that; then it gets the file as it was.
  public var maxWait: Duration = .milliseconds(250)

  /// The limits as they stand here.
  public init() {}
}

/// A folder of files cannot be served.
public struct StaticFilesError: Error, Equatable, CustomStringConvertible {
  /// Why it cannot.
  public enum Cause: Equatable, Sendable {
    /// The operating system does not let the folder, or something in it, be read.
    case system(SystemError)
    /// One file is longer than `StaticFileLimits.maxFileBytes`.
    case fileTooLarge(name: String, bytes: Int, maxBytes: Int)
    /// All files together are longer than `StaticFileLimits.maxTotalBytes`.
    case tooManyBytes(maxBytes: Int)
    /// There are more than `StaticFileLimits.maxFiles`.
    case tooManyFiles(max: Int)
  }

  /// As it was given.
  public let folder: String
  /// What was met first; there may be more.
  public let cause: Cause

  public var description: String {
    switch cause {
    case .system(let error): "the folder \(folder) cannot be served: \(error.reason)"
    case .fileTooLarge(let name, let bytes, let maxBytes):
      "the folder \(folder) cannot be served: \(name) has \(bytes) bytes, and \(maxBytes) is the most"
    case .tooManyBytes(let maxBytes):
      "the folder \(folder) cannot be served: its files have more than \(maxBytes) bytes together"
    case .tooManyFiles(let max):
      "the folder \(folder) cannot be served: it has more than \(max) files"
    }
  }
}
