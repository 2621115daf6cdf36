import Voting

/// What the voting page knows of the receipt of its visitor's ballot. `Public/receipt.js` makes the
/// rest of it.
struct OwnReceipt {
  /// Shown before the phone draws its own.
  let serverHalf: UInt64
  /// Of the ballot in the round that is shown; `nil` where it has none yet.
  let receipt: Receipt?
}
