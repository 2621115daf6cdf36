/// What a room is asked, and what its choices are called.
public struct Question: Hashable, Sendable {
  public var text: String
  public var yesLabel: String
  public var noLabel: String
  /// `nil` where nobody can abstain.
  public var abstainLabel: String?
  /// When it passes.
  public var rule: Rule
  /// Where a simple majority ends in a tie, the chair's word decides; else a tie is a No.
  public var chairDecides: Bool
  /// It asks who is there and can vote: one presses Yes, there is no other choice, and as many are
  /// present from then on.
  public var isRollCall: Bool

  /// Of each of them, in a file: far more than anyone can read on a screen.
  static let maxBytes = 1 << 16

  public init(
    _ text: String, yesLabel: String = "Yes", noLabel: String = "No", abstainLabel: String? = nil,
    rule: Rule = .none, chairDecides: Bool = false, isRollCall: Bool = false
  ) {
    self.text = text
    self.yesLabel = yesLabel
    self.noLabel = noLabel
    self.abstainLabel = abstainLabel
    self.rule = rule
    self.chairDecides = chairDecides
    self.isRollCall = isRollCall
  }

  /// What the choice is called; `nil` for one that the round does not have.
  public func label(of choice: Choice) -> String? {
    switch choice {
    case .yes: yesLabel
    case .no: isRollCall ? nil : noLabel
    case .abstain: isRollCall ? nil : abstainLabel
    }
  }

  /// Whether the round has this choice.
  func has(_ choice: Choice) -> Bool {
    switch choice {
    case .yes: true
    case .no: !isRollCall
    case .abstain: !isRollCall && abstainLabel != nil
    }
  }

  /// The choices that the round has.
  public var choices: [Choice] { Choice.allCases.filter(has) }

  /// Whether it passes by the same rule as the other one.
  func keepsRule(of other: Question) -> Bool {
    rule == other.rule && chairDecides == other.chairDecides
  }

  /// Whether ballots of the other one mean the same here: it has the same choices, and none took
  /// another's name.
  func keepsChoices(of other: Question) -> Bool {
    guard choices == other.choices else { return false }
    return choices.allSatisfy { choice in
      let label = label(of: choice)?.lowercased()
      return choices.allSatisfy { $0 == choice || other.label(of: $0)?.lowercased() != label }
    }
  }
}
