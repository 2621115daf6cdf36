/// What a host enters beside the ballots: for the rule, the verdict and the minutes.
public struct Numbers: Hashable, Sendable {
  /// How many who may vote are in the room; `nil` where nobody has said.
  public var present: Int?
  /// How many may vote at all, in the room or not; `nil` where nobody has said.
  public var entitled: Int?
  /// The tellers' count of those who vote without a phone; `nil` where there is none.
  public var byHand: Tally?

  /// Of each of them: more than any meeting has, and so few that no sum of them overflows.
  public static let range = 0...100_000_000

  public init(present: Int? = nil, entitled: Int? = nil, byHand: Tally? = nil) {
    self.present = present
    self.entitled = entitled
    self.byHand = byHand
  }
}
