import Dispatch

/// A serial executor that a test can hold, so that jobs gather behind a slow disk.
final class QueueExecutor: SerialExecutor, TaskExecutor {
  private let queue = DispatchQueue(label: "ballots")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async {
      job.runSynchronously(
        isolatedTo: self.asUnownedSerialExecutor(), taskExecutor: self.asUnownedTaskExecutor())
    }
  }

  func checkIsolated() { dispatchPrecondition(condition: .onQueue(queue)) }

  /// Runs nothing while `body` runs; what arrives meanwhile runs afterwards.
  func held<Value>(_ body: () throws -> Value) rethrows -> Value {
    queue.suspend()
    defer { queue.resume() }
    return try body()
  }
}
