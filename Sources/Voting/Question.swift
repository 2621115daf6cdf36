/// What a room is asked, and what its two choices are called.
public struct Question: Hashable, Sendable {
  public var text: String
  public var yesLabel: String
  public var noLabel: String

  /// Of each of the three, in a file: far more than anyone can read on a screen.
  static let maxBytes = 1 << 16

  public init(_ text: String, yesLabel: String = "Yes", noLabel: String = "No") {
    self.text = text
    self.yesLabel = yesLabel
    self.noLabel = noLabel
  }
}
