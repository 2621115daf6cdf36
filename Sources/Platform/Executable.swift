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
      return resolved("/proc/self/exe")
    #else
      var size: UInt32 = 0
      _ = _NSGetExecutablePath(nil, &size)
      var path = [CChar](repeating: 0, count: Int(size))
      guard _NSGetExecutablePath(&path, &size) == 0 else { return "" }
      return resolved(String(decoding: path.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self))
    #endif
  }

  private static func resolved(_ path: String) -> String {
    guard let absolute = realpath(path, nil) else { return "" }
    defer { free(absolute) }
    return String(cString: absolute)
  }
}
