extension BallotBox {
  /// How often the ledger is looked after while there is something to do. What failed is tried
  /// again so soon after it can succeed.
  static let upkeepInterval: Duration = .seconds(1)

  /// After so many looks without a vote, what the ledger keeps beside its file is moved into it, so
  /// that a plain copy of the file is complete.
  static let quietChecksBeforeConsolidation = 2

  /// Looks after the ledger once a second until nothing is left to do: a box that nobody votes in,
  /// and that has no fault, costs nothing.
  func startUpkeep() {
    guard upkeep == nil, ledger != nil else { return }
    quietChecks = 0
    // It holds the executor, which the runtime does not, and not the box.
    upkeep = Task(executorPreference: executor) { [weak self, clock, executor] in
      while !Task.isCancelled {
        // Only cancellation ends the sleep early, and the loop sees it.
        try? await clock.sleep(for: Self.upkeepInterval)
        guard await self?.lookAfterLedger() ?? false else { break }
      }
      withExtendedLifetime(executor) {}
    }
  }

  /// - Returns: whether there is something left to do.
  private func lookAfterLedger() -> Bool {
    guard let ledger, !Task.isCancelled else { return false }
    if statistics.fault != nil {
      // What came of it, `write` has reported.
      try? write(isRetry: true)
      return true
    }
    reportLog()
    quietChecks += 1
    guard quietChecks >= Self.quietChecksBeforeConsolidation else { return true }
    let isDone = ledger.consolidate()
    reportLog()
    if isDone { upkeep = nil }
    return !isDone
  }
}
