/// When a vote passes: a threshold, and what it is a part of.
///
/// The same 23 for, 17 against and 10 abstaining pass by one rule and fail by another; so a rule is
/// chosen before, and stands beside the numbers.
public enum Rule: String, Hashable, Sendable, CaseIterable {
  /// Numbers, and no verdict.
  case none
  /// More for than against.
  case simple
  /// More than half of those present are for it.
  case present
  case twoThirds = "two-thirds"
  case threeQuarters = "three-quarters"
  case twoThirdsPresent = "two-thirds-present"
  case threeQuartersPresent = "three-quarters-present"
  /// More than half of all members are for it, whether they are there or not.
  case absolute
  /// Somebody is for it, and nobody against.
  case unanimous

  /// What the threshold is a part of.
  public enum Base: String, Hashable, Sendable, CaseIterable {
    /// Yes and no together; who abstains has cast no vote.
    case votesCast
    /// Everybody in the room, a number that the host enters or a roll call counts.
    case present
    /// All members, a number that the host enters.
    case entitled
  }

  /// `nil` where there is no verdict.
  public var base: Base? {
    switch self {
    case .none: nil
    case .simple, .twoThirds, .threeQuarters, .unanimous: .votesCast
    case .present, .twoThirdsPresent, .threeQuartersPresent: .present
    case .absolute: .entitled
    }
  }

  /// The fewest votes in favour that pass, of so many; one at least.
  /// - Parameter base: from 0 to `Numbers.range`'s end and a round's ballots, together.
  /// - Returns: 0 where there is no verdict.
  func needed(of base: Int) -> Int {
    switch self {
    case .none: 0
    case .simple, .present, .absolute: base / 2 + 1
    case .twoThirds, .twoThirdsPresent: max(1, (2 * base + 2) / 3)
    case .threeQuarters, .threeQuartersPresent: max(1, (3 * base + 3) / 4)
    case .unanimous: max(1, base)
    }
  }
}
