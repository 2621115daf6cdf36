/// A vote that was not acknowledged.
public struct VoteError: Error, Equatable, Sendable {
  public let reason: BallotBoxError
  /// To be set as the browser's cookie, so that its next try is for the same ballot; `nil` where it
  /// has its key already, and where the next try would fail too.
  public let newKey: BallotKey?

  public init(reason: BallotBoxError, newKey: BallotKey?) {
    self.reason = reason
    self.newKey = newKey
  }
}
