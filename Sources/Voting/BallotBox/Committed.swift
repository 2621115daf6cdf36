/// What is durable, as pages read it.
struct Committed: Sendable {
  var state: LedgerState
  /// Those that share the ledger, as they were looked at last; none where nobody does.
  var instances: [Instance] = []
}
