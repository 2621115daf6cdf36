/// The receipts that ballots of the newest round have.
struct TakenReceipts {
  private var taken: Set<Receipt> = []

  init() {}

  init(of ballots: [Int: Ballot]) {
    taken = Set(ballots.values.lazy.compactMap(\.receipt))
  }

  /// Takes the receipt for a new ballot.
  /// - Parameters:
  ///   - isFixed: the voter's phone drew it, and nobody else may.
  ///   - draw: another one.
  /// - Returns: `nil` where it is fixed, and another ballot has it.
  mutating func take(_ wanted: Receipt, isFixed: Bool, else draw: () -> Receipt) -> Receipt? {
    var receipt = wanted
    while !taken.insert(receipt).inserted {
      if isFixed { return nil }
      receipt = draw()
    }
    return receipt
  }

  /// Of ballots that could not be stored.
  mutating func release(_ ballots: [Ballot]) {
    for ballot in ballots { if let receipt = ballot.receipt { taken.remove(receipt) } }
  }
}
