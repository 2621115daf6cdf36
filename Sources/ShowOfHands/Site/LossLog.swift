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
    let words =
      switch count {
      case nil: "the host knows that votes are missing"
      case 0: "missing: steps of the host, and no vote; the host has to confirm it at the desk"
      case let count?:
        "missing: \(count) votes that were acknowledged; the host has to confirm it at the desk"
      }
    log(words)
  }
}
