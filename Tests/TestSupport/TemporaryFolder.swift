public import Foundation

/// A new empty folder, removed with what is in it when the test lets go of it.
public final class TemporaryFolder {
  public let path: String

  public init() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("ShowOfHandsTests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit {
    // A folder left behind in the system's temporary place fails no test.
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Writes a file, and makes the folders on the way to it.
  public func write(_ text: String, to name: String, modified: Date? = nil) throws {
    let file = path + "/" + name
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    if let modified {
      try FileManager.default.setAttributes([.modificationDate: modified], ofItemAtPath: file)
    }
  }

  public func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: path + "/" + name, withIntermediateDirectories: true)
  }

  /// - Parameter destination: absolute, or from the link's own folder.
  public func link(_ name: String, to destination: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: path + "/" + name, withDestinationPath: destination)
  }
}
