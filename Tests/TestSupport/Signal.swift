import Synchronization

/// Something that happens once, and those who wait for it.
public final class Signal: Sendable {
  private struct State {
    var hasFired = false
    var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
    var cancelled: Set<Int> = []
    var count = 0
  }

  private let state = Mutex(State())

  public init() {}

  public var hasFired: Bool { state.withLock { $0.hasFired } }

  public func fire() {
    let waiting = state.withLock { state in
      state.hasFired = true
      defer { state.waiting = [:] }
      return state.waiting.values
    }
    for continuation in waiting { continuation.resume() }
  }

  /// Waits until it has happened.
  /// - Throws: `CancellationError` when the task is cancelled first.
  public func wait() async throws {
    let number = state.withLock { state in
      state.count += 1
      return state.count
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { add($0, number) }
    } onCancel: {
      cancel(number)
    }
  }

  private func add(_ continuation: CheckedContinuation<Void, any Error>, _ number: Int) {
    let (hasFired, isCancelled) = state.withLock { state in
      let isCancelled = state.cancelled.remove(number) != nil
      if !state.hasFired, !isCancelled { state.waiting[number] = continuation }
      return (state.hasFired, isCancelled)
    }
    if isCancelled {
      continuation.resume(throwing: CancellationError())
    } else if hasFired {
      continuation.resume()
    }
  }

  /// It may come before the wait that it cancels.
  private func cancel(_ number: Int) {
    let waiting = state.withLock { state in
      let waiting = state.waiting.removeValue(forKey: number)
      if waiting == nil { state.cancelled.insert(number) }
      return waiting
    }
    waiting?.resume(throwing: CancellationError())
  }
}
