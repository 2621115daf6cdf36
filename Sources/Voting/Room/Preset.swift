/// How a question is asked where nobody says more, in one word.
public enum Preset: String, Hashable, Sendable, CaseIterable {
  /// Yes or no, and everybody sees the numbers grow.
  case quick
  /// The numbers stay hidden until the end.
  case talk
  /// One can abstain, and the numbers stay hidden until the end.
  case formal

  /// The numbers are hidden from the start.
  public var isHidden: Bool { self != .quick }

  public var hasAbstain: Bool { self == .formal }

  /// By which a question passes.
  public var rule: Rule { self == .formal ? .simple : .none }
}
