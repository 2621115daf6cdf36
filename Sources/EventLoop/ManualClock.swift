import Synchronization

/// A clock for tests: it stands still until it is advanced. May be used from any thread.
public final class ManualClock: Sendable {
  private struct Sleeper {
    let number: Int
    let deadline: Instant
    let continuation: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var now = Instant(sinceStart: .zero)
    var wakers: [@Sendable () -> Void] = []
    var sleepers: [Sleeper] = []
    /// Cancelled before they slept.
    var cancelled: Set<Int> = []
    var count = 0
  }

  private let state = Mutex(State())

  /// A clock that stands at its own beginning.
  public init() {}

  /// The moment that `advance(by:)` has brought it to.
  public var now: Instant { state.withLock { $0.now } }

  /// Lets so much time pass at once. Loops run the timers that are due then, tasks that sleep until
  /// then go on; both soon, not before this returns.
  public func advance(by duration: Duration) {
    let (wakers, due) = state.withLock { state in
      state.now = state.now.advanced(by: duration)
      let due = state.sleepers.filter { $0.deadline <= state.now }
      state.sleepers.removeAll { $0.deadline <= state.now }
      return (state.wakers, due)
    }
    for wake in wakers { wake() }
    for sleeper in due { sleeper.continuation.resume() }
  }

  func onAdvance(_ wake: @escaping @Sendable () -> Void) {
    state.withLock { $0.wakers.append(wake) }
  }

  func sleep(until deadline: Instant) async throws {
    let number = state.withLock { state in
      state.count += 1
      return state.count
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        add(Sleeper(number: number, deadline: deadline, continuation: continuation))
      }
    } onCancel: {
      cancel(number)
    }
  }

  private func add(_ sleeper: Sleeper) {
    let (isCancelled, isDue) = state.withLock { state in
      let isCancelled = state.cancelled.remove(sleeper.number) != nil
      let isDue = sleeper.deadline <= state.now
      if !isCancelled, !isDue { state.sleepers.append(sleeper) }
      return (isCancelled, isDue)
    }
    if isCancelled {
      sleeper.continuation.resume(throwing: CancellationError())
    } else if isDue {
      sleeper.continuation.resume()
    }
  }

  /// It may come before the sleep that it cancels.
  private func cancel(_ number: Int) {
    let sleeper = state.withLock { state -> Sleeper? in
      guard let index = state.sleepers.firstIndex(where: { $0.number == number }) else {
        state.cancelled.insert(number)
        return nil
      }
      return state.sleepers.remove(at: index)
    }
    sleeper?.continuation.resume(throwing: CancellationError())
  }
}
