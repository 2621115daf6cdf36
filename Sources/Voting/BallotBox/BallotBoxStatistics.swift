/// What a ballot box has done since it was opened, for whoever watches the server.
public struct BallotBoxStatistics: Sendable, Equatable {
  /// Votes acknowledged, by what they said; a vote that moved a ballot, or repeated it, too.
  public internal(set) var acknowledged = Tally()
  /// Those of them that came without a key of this ledger: whoever casts many never opened a page
  /// before, or keeps no cookies.
  public internal(set) var acknowledgedWithoutPage = 0
  public internal(set) var refusedClosed = 0
  public internal(set) var refusedOtherRound = 0
  public internal(set) var refusedChoice = 0
  /// Their phones drew a receipt that another ballot has, and draw again.
  public internal(set) var refusedReceipt = 0
  /// Without a code, or with a wrong one.
  public internal(set) var refusedCode = 0
  public internal(set) var refusedBusy = 0
  public internal(set) var refusedStorage = 0
  /// Transactions with votes in them.
  public internal(set) var commits = 0
  public internal(set) var largestBatch = 0
  public internal(set) var commitTime: Duration = .zero
  public internal(set) var slowestCommit: Duration = .zero
  /// Why nothing can be stored at present; `nil` while all is well.
  public internal(set) var fault: LedgerError?

  /// What the ledger keeps beside its file.
  public internal(set) var log = LedgerLog()

  public init() {}

  mutating func noteCommit(of count: Int, took time: Duration) {
    commits += 1
    largestBatch = max(largestBatch, count)
    commitTime += time
    slowestCommit = max(slowestCommit, time)
  }

  mutating func note(_ vote: Vote, _ failure: BallotBoxError?) {
    switch failure {
    case nil:
      acknowledged[vote.ballot.choice] += 1
      if vote.isFirst { acknowledgedWithoutPage += 1 }
    case .closed: refusedClosed += 1
    case .otherRound: refusedOtherRound += 1
    case .noSuchChoice: refusedChoice += 1
    case .receiptTaken: refusedReceipt += 1
    case .codeNeeded, .wrongCode: refusedCode += 1
    case .busy, .finished: refusedBusy += 1
    case .storage: refusedStorage += 1
    }
  }
}
