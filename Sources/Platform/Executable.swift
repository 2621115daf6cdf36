#if canImport(Glibc)
  import Glibc
#else
  import Darwin
  import MachO
#endif

/// The file this process runs.
package enum Executable {
  /// Its absolute path, with symbolic links resolved; empty when the system cannot tell.
  package static var path: String {
    #if canImport(Glibc)
      return unsafe resolved("/proc/self/exe")
    #else
      var path: [CChar] = [0]
      var size = UInt32(path.count)
      // Where the path has no room it says how much it wants.
      while _NSGetExecutablePath(&path, &size) != 0 { path = Array(repeating: 0, count: Int(size)) }
      return resolved(path)
    #endif
  }

  private static func resolved(_ path: UnsafePointer<CChar>) -> String {
    guard let absolute = unsafe realpath(path, nil) else { return "" }
    defer { unsafe free(absolute) }
    return unsafe String(cString: absolute)
  }
}
