import Platform
import Synchronization

/// The store's clock as it is known here: all who share a ledger go by it, whatever their own say. Any
/// thread may ask.
final class StoreClock: Sendable {
  private let state = Mutex<Duration?>(nil)

  /// What to add to the time by `SteadyClock`; `nil` before the store has said anything.
  var offset: Duration? { state.withLock { $0 } }

  /// Takes in what the store said. It was so at some time between question and answer: what is known
  /// stays where that agrees with it, so that the time does not jump with an answer that comes late.
  /// - Parameters:
  ///   - time: since 1970.
  ///   - asked: when it was asked, by `SteadyClock`.
  ///   - heard: when it had answered.
  func note(_ time: Duration, asked: Duration, heard: Duration) {
    let (least, most) = (time - heard, time - asked)
    state.withLock { $0 = min(max($0 ?? (least + most) / 2, least), most) }
  }

  /// Milliseconds since 1970.
  var now: Int {
    guard let offset else { return BallotBox.millisecondsSince1970() }
    let milliseconds = Int((SteadyClock.timeSinceStart() + offset) / .milliseconds(1))
    let range = Round.millisecondsRange
    return min(max(milliseconds, range.lowerBound), range.upperBound)
  }
}
