import Synchronization

/// Counts the connections of a server, streams included, against its limit.
final class ConnectionCounter: Sendable {
  private let taken = Atomic<Int>(0)
  let max: Int

  init(max: Int) { self.max = max }

  var count: Int { taken.load(ordering: .relaxed) }

  /// Takes a place for one more connection; false when all are taken. Whoever gets true makes a
  /// `ConnectionSlot` of it.
  func take() -> Bool {
    if taken.wrappingAdd(1, ordering: .relaxed).oldValue < max { return true }
    leave()
    return false
  }

  fileprivate func leave() { taken.wrappingSubtract(1, ordering: .relaxed) }
}

/// One connection's place, given back when its owner lets go of it.
struct ConnectionSlot: ~Copyable, Sendable {
  private let counter: ConnectionCounter

  init(takenFrom counter: ConnectionCounter) { self.counter = counter }

  deinit { counter.leave() }
}
