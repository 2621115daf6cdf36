/// How far a store has come.
struct StoreMark: Hashable, Sendable {
  /// Of the store's history: another process has another one. It begins with a number that grows, and
  /// the rest is drawn: two histories that part have different ones from there on.
  var epoch: String
  /// Grows with every change.
  var sequence: Int
  /// New ballots and ballots that moved, since there is the store.
  var counted: Int

  /// - Parameter old: those that are known: a copy that was put back may be of an earlier one than ours.
  static func newEpoch(after old: String?...) -> String {
    let numbers = old.map { $0?.split(separator: "-").first.flatMap { Int($0) } ?? 0 }
    return "\((numbers.max() ?? 0) &+ 1)-\(String(UInt64.random(in: .min ... .max), radix: 36))"
  }

  /// The same epoch, as far as either has come.
  mutating func raise(to other: StoreMark) {
    guard epoch == other.epoch else { return }
    sequence = max(sequence, other.sequence)
    counted = max(counted, other.counted)
  }

  /// As `ends` keeps it.
  init?(epoch: String, stored text: String) {
    let numbers = text.split(separator: " ").map { Int($0) }
    guard numbers.count == 2, let sequence = numbers[0], let counted = numbers[1],
      [sequence, counted].allSatisfy(Counters.countRange.contains)
    else { return nil }
    self.init(epoch: epoch, sequence: sequence, counted: counted)
  }

  init(epoch: String, sequence: Int, counted: Int) {
    self.epoch = epoch
    self.sequence = sequence
    self.counted = counted
  }
}

/// A store's epochs: those that ended, each as it was then, and the present one.
struct StoreHistory: Sendable {
  var ended: [String: StoreMark]
  var present: StoreMark

  /// Where the store's history and what an instance has seen of it part.
  /// - Parameters:
  ///   - mark: as far as the instance knows that it came.
  ///   - earlier: the epochs that the instance has seen before, oldest first.
  /// - Returns: `nil` where nothing is missing.
  func loss(since mark: StoreMark, _ earlier: [String]) -> MissingVotes? {
    if let end = at(mark.epoch), end.sequence >= mark.sequence { return nil }
    let base = base(of: mark, earlier)?.counted ?? 0
    return MissingVotes(epoch: mark.epoch, count: max(0, mark.counted - base))
  }

  /// As far as the store came of what the instance has seen. An older copy does not know of the
  /// instance's epoch, but of one before it, and how far that came when the copy was made.
  func base(of mark: StoreMark, _ earlier: [String]) -> StoreMark? {
    at(mark.epoch) ?? earlier.reversed().lazy.compactMap(at).first
  }

  private func at(_ epoch: String) -> StoreMark? {
    epoch == present.epoch ? present : ended[epoch]
  }
}
