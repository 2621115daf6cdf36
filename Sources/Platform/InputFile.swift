#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a person names for reading: a file, a pipe, a terminal, or the program's standard input.
/// Reading waits for whoever writes there, and belongs to no loop.
package struct InputFile: ~Copyable {
  private let descriptor: Descriptor

  /// Waits until a pipe that has a name has a writer too.
  /// - Throws: `SystemError` as `open(2)` has it.
  package init(at path: String) throws(SystemError) {
    descriptor = Descriptor(
      owning: try systemCall("open") { unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) })
  }

  private init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

  /// - Throws: `SystemError` as `fcntl(2)` has it.
  package static func standardInput() throws(SystemError) -> InputFile {
    InputFile(
      Descriptor(owning: try systemCall("fcntl") { fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) }))
  }

  /// Somebody types it.
  package var isTerminal: Bool { isatty(descriptor.number) == 1 }

  /// Reads to the end, or until there are more bytes than that.
  /// - Throws: `SystemError` as `read(2)` has it: a folder has nothing to read.
  package func read(moreThan bytesMax: Int) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: Self.bufferBytes)
    while bytes.count <= bytesMax {
      let count = try systemCall("read") {
        unsafe Platform.read(descriptor.number, &buffer, buffer.count)
      }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return bytes
  }

  private static let bufferBytes = 64 * 1024
}
