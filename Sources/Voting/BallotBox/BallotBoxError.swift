/// Why a vote was not counted.
public enum BallotBoxError: Error, Equatable, Sendable {
  /// The round takes no votes.
  case closed
  /// The vote was meant for a round that is not the one that is asked.
  case otherRound
  /// The round has no such choice.
  case noSuchChoice
  /// Another ballot of the round has the receipt that the voter's phone drew: it draws again.
  case receiptTaken
  /// Votes have to come with a code, and this one came without.
  case codeNeeded
  /// There is no such code; it may have been replaced.
  case wrongCode
  /// Too many votes wait for the disk; it is worth trying again in a second.
  case busy
  /// The box has been finished.
  case finished
  /// The ledger could not be written. Voting resumes by itself when it can.
  case storage(LedgerError)
}
