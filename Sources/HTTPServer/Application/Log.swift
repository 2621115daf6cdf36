import EventLoop
import Platform

/// Where a program's own words go: one line each for a start, a stop and a fault.
public struct Log: Sendable {
  private let write: @Sendable (String) -> Void

  /// A log of your own.
  /// - Parameter write: takes one line, without its end. It is called on any thread, a loop's among
  ///   them, and must not block.
  public init(_ write: @escaping @Sendable (String) -> Void) { self.write = write }

  /// Writes one line: `log("a disk is full")`.
  public func callAsFunction(_ line: String) { write(line) }

  /// Standard error, without ever waiting for its reader: up to 256 KiB wait, what is more is
  /// dropped and counted. Control characters are escaped.
  public static let standardError = Log(StandardError.writeLine)
  /// Hears nothing.
  public static let silent = Log { _ in }
}
