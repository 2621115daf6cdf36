internal import Foundation

/// What the system tells of a process in `/proc`, where it has that.
public struct ProcessFolder {
  private let path: String

  public init(_ process: Int32) { path = "/proc/\(process)" }

  public static var isThere: Bool { FileManager.default.fileExists(atPath: "/proc/self/fd") }

  /// How many descriptors are open.
  public func descriptors() throws -> Int { try names().count }

  /// How many of them are sockets.
  public func sockets() throws -> Int {
    try names().count { name in
      // One that was closed since it was listed has no destination any more.
      let destination = try? FileManager.default.destinationOfSymbolicLink(
        atPath: "\(path)/fd/\(name)")
      return destination?.hasPrefix("socket:") == true
    }
  }

  /// Memory that is in RAM. Exact: `VmRSS` lags behind by some pages a thread.
  public func residentKilobytes() throws -> Int {
    let text = try String(contentsOfFile: "\(path)/smaps_rollup", encoding: .utf8)
    guard let match = text.firstMatch(of: /\nRss: +(\d+) kB/), let count = Int(match.1) else {
      throw CocoaError(.fileReadCorruptFile)
    }
    return count
  }

  private func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(path)/fd")
  }
}
