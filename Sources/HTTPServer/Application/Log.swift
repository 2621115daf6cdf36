import EventLoop
import Platform

/// Where a program's own words go: one line each for a start, a stop and a fault.
public struct Log: Sendable {
  private let write: @Sendable (String) -> Void

  public init(_ write: @escaping @Sendable (String) -> Void) { self.write = write }

  public func callAsFunction(_ line: String) { write(line) }

  public static let standardError = Log(StandardError.writeLine)
  public static let silent = Log { _ in }
}
