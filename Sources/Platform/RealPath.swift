#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The one absolute path of a file, without `.`, `..` and symbolic links.
/// - Throws: `SystemError` as `realpath(3)` has it, and for a path with a NUL in it.
package func realPath(_ path: String) throws(SystemError) -> String {
  // C would read the path as far as the NUL, and answer for another file.
  if path.utf8.contains(0) { throw SystemError(call: "realpath", errno: .noSuchFile) }
  guard let resolved = unsafe realpath(path, nil) else {
    throw SystemError(call: "realpath", errno: .last)
  }
  defer { unsafe free(resolved) }
  return unsafe String(cString: resolved)
}
