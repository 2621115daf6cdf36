#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What this machine calls itself: the first part of its name; `nil` where it has none.
package func machineName() -> String? {
  var bytes = [CChar](repeating: 0, count: maxNameBytes)
  // The last one stays 0, also where a longer name is cut off.
  guard unsafe gethostname(&bytes, bytes.count - 1) == 0 else { return nil }
  let name = bytes.prefix { $0 != 0 && $0 != CChar(UInt8(ascii: ".")) }
  let text = String(decoding: name.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  return text.isEmpty ? nil : text
}

/// As POSIX has it for a name of a host.
private let maxNameBytes = 256
