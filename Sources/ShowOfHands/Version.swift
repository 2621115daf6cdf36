import Voting

/// The version of the program: what `--version` prints, and what a message names where another
/// version is needed. It is written down here and nowhere else.
enum Version {
  static let current = "1.0.0"
  static let line = "ShowOfHands \(current)"
}

extension UsageError {
  /// A ledger that cannot be used. Who is told to use a newer version must know which one this is.
  init(_ error: LedgerError) {
    if case .newer = error {
      self.init("\(error); this is version \(Version.current)")
    } else {
      self.init("\(error)")
    }
  }
}
