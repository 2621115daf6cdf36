import EventLoop
import Synchronization

/// Counts wrong keys, of all clients together: addresses are not kept. It slows nobody down who has
/// the right one. May be used from any thread.
final class WrongKeys: Sendable {
  /// So many in `interval` are answered as usual.
  static let max = 10
  static let interval: Duration = .seconds(60)

  private let clock: LoopClock
  /// When the newest were noted, oldest first; at most `max`.
  private let times = Mutex<[Instant]>([])

  init(clock: LoopClock) { self.clock = clock }

  /// Notes one.
  /// - Returns: where there were too many already, in how many seconds the next one is answered as
  ///   usual.
  func note() -> Int? {
    let now = clock.now
    return times.withLock { times in
      times.removeAll { now - $0 >= Self.interval }
      guard times.count >= Self.max, let oldest = times.first else {
        times.append(now)
        return nil
      }
      let wait = Self.interval - (now - oldest)
      return Int(wait.components.seconds) + 1
    }
  }
}
