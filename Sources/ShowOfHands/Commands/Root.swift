import EventLoop
import HTTPServer
import Platform

/// The folder that holds `Public` and `Views`.
enum Root {
  /// The folder that was asked for, or the first that fits: the working directory, then those above
  /// the program (`.build/debug/ShowOfHands` lies three levels deep).
  /// - Throws: `UsageError` when none has both folders.
  static func find(
    _ requested: String?, from workingFolder: String = ".", program: String = Executable.path
  ) throws(UsageError) -> String {
    if let requested {
      if isRoot(requested) { return requested }
      throw UsageError(
        "The folder \(printable(requested)) does not hold Public and Views; give another to --root."
      )
    }
    if isRoot(workingFolder) { return workingFolder }
    var folder = program.split(separator: "/").dropLast()
    while !folder.isEmpty {
      let path = "/" + folder.joined(separator: "/")
      if isRoot(path) { return path }
      folder = folder.dropLast()
    }
    throw UsageError("Public and Views are not here; start in their folder or give it to --root.")
  }

  /// Whether the folder holds both.
  static func isRoot(_ path: String) -> Bool {
    ["Public", "Views"].allSatisfy { name in
      // Only a folder has a `.` in it.
      (try? realPath("\(path)/\(name)/.")) != nil
    }
  }
}
