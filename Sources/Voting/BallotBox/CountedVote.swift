/// What an acknowledged vote came to.
public struct CountedVote: Equatable, Sendable {
  public let choice: Choice
  /// Of its ballot; `nil` where the round gives none.
  public let receipt: Receipt?
  /// To be set as the browser's cookie; `nil` where it has its key already, or needs none.
  public let newKey: BallotKey?
}
