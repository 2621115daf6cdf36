import EventLoop
import HTTPServer
import Platform

/// The folder that holds `Public` and `Views`.
enum Root {
  /// The folder that was told, or the first that fits: the working directory, then those above the
  /// program (`.build/debug/ShowOfHands` lies three levels deep).
  /// - Throws: `UsageError` when none has both folders.
  static func find(_ told: String?) throws(UsageError) -> String {
    if let told {
      if isRoot(told) { return told }
      throw UsageError("The folder \(told) does not hold Public and Views; give another to --root.")
    }
    if isRoot(".") { return "." }
    var folder = Executable.path.split(separator: "/").dropLast()
    while !folder.isEmpty {
      let path = "/" + folder.joined(separator: "/")
      if isRoot(path) { return path }
      folder = folder.dropLast()
    }
    throw UsageError("Public and Views are not here; start in their folder or give it to --root.")
  }

  private static func isRoot(_ path: String) -> Bool {
    ["Public", "Views"].allSatisfy { name in
      // Only a folder has a `.` in it.
      (try? realPath("\(path)/\(name)/.")) != nil
    }
  }
}
