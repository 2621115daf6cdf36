import Synchronization

/// Counts the connections of a server, streams included, against its limit.
final class ConnectionCounter: Sendable {
  let max: Int
  private let taken = Atomic<Int>(0)
  private let accepted = Atomic<Int>(0)
  private let rejected = Atomic<Int>(0)
  private let timedOut = Atomic<Int>(0)
  private let reclaimed = Atomic<Int>(0)

  init(max: Int) { self.max = max }

  var count: Int { taken.load(ordering: .relaxed) }

  /// Takes a slot for one more connection; false when all are taken. Whoever gets true makes a
  /// `ConnectionSlot` of it.
  func take() -> Bool {
    if taken.wrappingAdd(1, ordering: .relaxed).oldValue < max {
      accepted.wrappingAdd(1, ordering: .relaxed)
      return true
    }
    giveBack()
    rejected.wrappingAdd(1, ordering: .relaxed)
    return false
  }

  fileprivate func giveBack() { taken.wrappingSubtract(1, ordering: .relaxed) }

  // MARK: Shortage

  /// So many slots are kept free, for those who come.
  private var headroom: Int { Swift.max(1, max / 16) }

  /// Idle connections have to go.
  var isShort: Bool { max - count < headroom }
  /// There is room again, and some to spare.
  var isRelieved: Bool { max - count >= headroom + headroom / 2 }

  // MARK: Statistics

  func noteTimeout() { timedOut.wrappingAdd(1, ordering: .relaxed) }
  func noteReclaimed() { reclaimed.wrappingAdd(1, ordering: .relaxed) }

  var statistics: ServerStatistics {
    ServerStatistics(
      open: count, max: max, accepted: accepted.load(ordering: .relaxed),
      rejected: rejected.load(ordering: .relaxed), timedOut: timedOut.load(ordering: .relaxed),
      reclaimed: reclaimed.load(ordering: .relaxed))
  }
}

/// One connection's slot, given back when its owner lets go of it.
struct ConnectionSlot: ~Copyable, Sendable {
  private let counter: ConnectionCounter

  init(takenFrom counter: ConnectionCounter) { self.counter = counter }

  deinit { counter.giveBack() }
}
