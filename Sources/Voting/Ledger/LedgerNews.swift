/// What a shared ledger says when it is looked at.
package struct LedgerNews: Sendable {
  /// `nil` where nothing but `numbers` has changed since the ledger was read or written last.
  package var contents: LedgerContents?
  package var numbers: LedgerNumbers?
  /// All of them, this one too.
  package var instances: [Instance] = []
  /// What this instance acknowledged and is not there any more; `nil` where nothing is missed. Nothing
  /// is counted until the room says so, and it is told again until `Ledger.settle`.
  package var missing: MissingVotes?

  package init() {}
}
