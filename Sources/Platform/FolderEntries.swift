#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The names in a folder, without `.` and `..`, in no order.
/// - Throws: `SystemError` as `opendir(3)` has it.
package func folderEntries(_ path: String) throws(SystemError) -> [String] {
  guard let folder = unsafe opendir(path) else {
    throw SystemError(call: "opendir", errno: .last)
  }
  defer { unsafe closedir(folder) }
  var names: [String] = []
  while let entry = unsafe readdir(folder) {
    // The system ends every name with a NUL.
    let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      unsafe pointer.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) {
        unsafe String(cString: $0)
      }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names
}
