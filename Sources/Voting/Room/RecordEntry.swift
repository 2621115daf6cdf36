/// What was done, and when: a line of the record, which only grows.
public struct RecordEntry: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case drafted
    case opened
    case edited
    case hidden
    case revealed
    case peeked
    case closed
    case closedByCountdown
    case reopened
    case archived
    /// The draft went back to the list, and the round before returned.
    case draftWithdrawn
    /// The round had no ballots and is a draft again.
    case openingWithdrawn
    case countdownStarted
    case countdownExtended
    /// More time was asked for than a countdown can have, so it has all of that.
    case countdownFilled
    case countdownCancelled
    /// The server was away: the countdown has at least a little time again.
    case countdownProlonged
    case staged
    case said
    case shown
    case prepared
    case addressed
    /// How many are present or entitled, or votes by hand.
    case numbersEntered
    case codesIssued
    /// Those of before are void.
    case codesReplaced
    /// In a tie, for or against.
    case chairCastYes
    case chairCastNo
    /// A shared ledger lost votes that were acknowledged.
    case votesMissing
    /// The host knows of it.
    case lossConfirmed
    /// A server went on with an older copy of the ledger: what came after it is lost.
    case olderCopy
  }

  /// Since 1970, by the server's clock.
  public let seconds: Int
  public let kind: Kind
  /// The number of the round it was done to, if it was one.
  public let round: Int?

  public init(seconds: Int, kind: Kind, round: Int?) {
    self.seconds = seconds
    self.kind = kind
    self.round = round
  }
}
