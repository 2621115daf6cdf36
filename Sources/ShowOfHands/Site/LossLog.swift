import HTTPServer
import Synchronization

/// Says in the log how many votes are missing, each number once.
final class LossLog: Sendable {
  private let log: Log
  private let last = Mutex<Int?>(nil)

  init(_ log: Log) { self.log = log }

  /// - Parameter count: `nil` where none is missing, or the host knows of it.
  func note(_ count: Int?) {
    let before = last.withLock { last in
      defer { last = count }
      return last
    }
    if count == before { return }
    log(
      count.map {
        "missing: \($0) votes that were acknowledged; the host has to confirm it at the desk"
      }
        ?? "the host knows that votes are missing")
  }
}
