/// What an acknowledged vote came to.
public struct Receipt: Equatable, Sendable {
  public let choice: Choice
  /// To be set as the browser's cookie; `nil` where it has its key already, or needs none.
  public let newKey: BallotKey?
}
