import Synchronization

extension BallotBox {
  // MARK: For every request, on any thread

  /// How many codes there are. Never waits for the disk.
  public nonisolated var issuedCodes: IssuedCodes { committed.withLock { $0.state.room.codes } }

  /// Whether this ledger issued the code and has not replaced it. Never waits for the disk.
  public nonisolated func isIssued(_ code: VotingCode) -> Bool { codes.index(of: code) != nil }

  /// The code's ballot in the newest round; `nil` where it has none. Waits only where other instances
  /// share the ledger.
  public nonisolated func ballot(of code: VotingCode) async -> Ballot? {
    guard ballots == .codes, let number = codes.ballotNumber(of: code) else { return nil }
    return await ballot(ofVoter: number)
  }

  /// What the server puts into the receipts of this code's ballots, as for a key; `nil` for a code
  /// that was not issued.
  public nonisolated func serverHalf(of code: VotingCode) -> UInt64? {
    codes.ballotNumber(of: code).map(keys.serverHalf)
  }

  /// 64 bits that only the ledger's secret yields for this code: who brings them has brought the code
  /// before. `nil` for a code that was not issued, or was replaced. Never waits for the disk.
  public nonisolated func seal(of code: VotingCode) -> UInt64? { codes.seal(of: code) }

  /// The codes of these indexes, as far as they were issued. Never waits for the disk.
  public nonisolated func codes(_ indexes: Range<Int>) -> [VotingCode] {
    let codes = codes
    return indexes.clamped(to: 0..<codes.issued.count).map(codes.code)
  }

  private nonisolated var codes: CodeMaker { keys.codes(issuedCodes) }

  // MARK: Voting

  /// - Throws: `VoteError` for no code, and for one that is good for nothing.
  nonisolated func ballotNumber(of code: VotingCode?) throws(VoteError) -> Int {
    if let code, let number = codes.ballotNumber(of: code) { return number }
    recorded.withLock { $0.refusedCode += 1 }
    throw VoteError(reason: code == nil ? .codeNeeded : .wrongCode, newKey: nil)
  }
}
