import Synchronization

extension BallotBox {
  /// Counts a vote and returns when it is durable. A key that is missing, or that this ledger did
  /// not issue, makes a new ballot; a key whose ballot is there moves it. It may have been stored
  /// even where the caller's task is cancelled meanwhile.
  ///
  /// - Parameters:
  ///   - round: the number of the round the voter was looking at: a vote that arrives when another
  ///     one is asked does not count there. `nil` for whichever is asked.
  ///   - half: what the voter's phone has drawn for the receipt of a new ballot; `nil` where the
  ///     server makes the receipt alone, as it does without a key.
  ///   - code: whose ballot it is, where votes have to come with one; a key means nothing there.
  /// - Throws: a `VoteError`. After `.storage`, the vote may have been counted or not, and a repeat
  ///   under the error's key settles it; after all else, nothing was counted.
  public nonisolated func cast(
    _ choice: Choice, key: BallotKey? = nil, round: Int? = nil, half: UInt64? = nil,
    code: VotingCode? = nil
  ) async throws(VoteError) -> CountedVote {
    let voter = try voter(for: key, code)
    let phone = voter.isFirst ? nil : half
    let ballot = Ballot(
      voter: voter.number, choice: choice, receipt: receipt(for: voter, phone: phone))
    let result = await unsafe withUnsafeContinuation { continuation in
      let vote = unsafe Vote(
        ballot: ballot, isFirst: voter.isFirst, isDrawnByPhone: phone != nil, round: round,
        continuation: continuation)
      switch pending.withLock({ $0.add(vote, at: elapsed) }) {
      case .added: break
      case .addedFirst: commitSoon()
      case .refused(let error):
        recorded.withLock { $0.note(vote, error) }
        unsafe continuation.resume(returning: .failure(error))
      }
    }
    switch result {
    case .success(let receipt):
      return CountedVote(choice: choice, receipt: receipt, newKey: voter.newKey)
    case .failure(let error):
      throw VoteError(reason: error, newKey: keyAfter(error, of: voter))
    }
  }

  private struct Voter {
    let number: Int
    /// The number was issued just now.
    let isFirst: Bool
    /// What the browser must be told when its vote has been counted.
    let newKey: BallotKey?
  }

  private nonisolated func voter(
    for key: BallotKey?, _ code: VotingCode?
  ) throws(VoteError) -> Voter {
    if ballots == .codes {
      return Voter(number: try ballotNumber(of: code), isFirst: false, newKey: nil)
    }
    let known = key.flatMap { keys.isValid($0) ? $0 : nil }
    if ballots == .one, let known {
      return Voter(number: known.number, isFirst: false, newKey: nil)
    }
    switch (ballots, known) {
    case (.one, _), (.codes, _):
      let key = keys.issue()
      return Voter(number: key.number, isFirst: true, newKey: key)
    case (.many, nil):
      return Voter(number: keys.issueNumber(), isFirst: true, newKey: nil)
    case (.many, let known?):
      // Its next vote is another ballot; this one's repeat is not.
      return Voter(number: known.number, isFirst: false, newKey: keys.issue())
    }
  }

  /// What the voter's ballot would have for a receipt, if it is new and the round gives any.
  private nonisolated func receipt(for voter: Voter, phone: UInt64?) -> Receipt? {
    guard givesReceipts else { return nil }
    guard let phone else { return keys.drawReceipt() }
    return Receipt(phone: phone, server: keys.serverHalf(of: voter.number))
  }

  /// The key under which the vote is to be tried again, where the browser does not have it.
  private nonisolated func keyAfter(_ failure: BallotBoxError, of voter: Voter) -> BallotKey? {
    switch failure {
    case .closed, .otherRound, .noSuchChoice, .receiptTaken, .codeNeeded, .wrongCode: nil
    case .busy, .finished, .storage: voter.isFirst ? keys.key(voter.number) : nil
    }
  }

  private nonisolated func commitSoon() {
    Task(executorPreference: executor) { await self.commit() }
  }
}
