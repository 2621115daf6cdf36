/// What a room is asked, and what its choices are called.
public struct Question: Hashable, Sendable {
  public var text: String
  public var yesLabel: String
  public var noLabel: String
  /// `nil` where nobody can abstain.
  public var abstainLabel: String?

  /// Of each of them, in a file: far more than anyone can read on a screen.
  static let maxBytes = 1 << 16

  public init(
    _ text: String, yesLabel: String = "Yes", noLabel: String = "No", abstainLabel: String? = nil
  ) {
    self.text = text
    self.yesLabel = yesLabel
    self.noLabel = noLabel
    self.abstainLabel = abstainLabel
  }

  /// What the choice is called; `nil` for one that the round does not have.
  public func label(of choice: Choice) -> String? {
    switch choice {
    case .yes: yesLabel
    case .no: noLabel
    case .abstain: abstainLabel
    }
  }

  /// The choices that the round has.
  public var choices: [Choice] { Choice.allCases.filter { label(of: $0) != nil } }

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
