/// The machine's memory.
package enum SystemMemory {
  /// What programs can still have without others being swapped out, as `/proc/meminfo` has it; `nil`
  /// where there is no such file, as on Darwin.
  package static func availableBytes() -> Int? {
    // Where it cannot be read nothing is known.
    guard let file = try? Descriptor(readingFrom: "/proc/meminfo"),
      let bytes = try? file.read(upTo: 4096, at: 0)
    else { return nil }
    return availableBytes(in: String(decoding: bytes, as: UTF8.self))
  }

  /// proc_meminfo(5): `MemAvailable:   22160000 kB`
  package static func availableBytes(in text: String) -> Int? {
    let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
  }
}
