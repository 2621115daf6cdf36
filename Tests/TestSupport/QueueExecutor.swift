import Dispatch

/// An executor whose jobs may block, and that a test can hold so that jobs gather behind a slow disk.
public final class QueueExecutor: SerialExecutor, TaskExecutor {
  private let queue = DispatchQueue(label: "test")

  public init() {}

  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async {
      unsafe job.runSynchronously(
        isolatedTo: self.asUnownedSerialExecutor(), taskExecutor: self.asUnownedTaskExecutor())
    }
  }

  public func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }

  /// Runs nothing while `body` runs; what arrives meanwhile runs afterwards.
  public func held<Value>(_ body: () throws -> Value) rethrows -> Value {
    queue.suspend()
    defer { queue.resume() }
    return try body()
  }
}
