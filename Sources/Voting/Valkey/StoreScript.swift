/// What runs inside the store: each script is one transaction, and nobody sees half of it.
///
/// The first word of an answer is a `Status`. Whoever changes a script so that old and new ones must
/// not run side by side raises `StoreKeys.format`.
enum StoreScript: Int, CaseIterable {
  case count, step, beat, epoch, mend

  enum Status: String {
    case done = "DONE"
    /// There is no ledger.
    case empty = "EMPTY"
    /// The epoch or the process is another one.
    case epoch = "EPOCH"
    /// The room is another one, or takes no votes in this round.
    case version = "VERSION"
    /// An instance does a step.
    case frozen = "FROZEN"
    /// It came when nobody waited for it any more, and nothing was done.
    case late = "LATE"
    /// What is there no instance has written, or it does not agree with itself; nothing was done.
    case damaged = "DAMAGED"
  }

  var text: String {
    switch self {
    case .count: Self.counting
    case .step: Self.stepping
    case .beat: Self.looking
    case .epoch: Self.beginning
    case .mend: Self.mending
    }
  }
}
