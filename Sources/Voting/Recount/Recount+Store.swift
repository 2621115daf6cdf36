public import Valkey

extension Recount {
  /// Counts every round in a store from its ballots alone, also while servers count there. A store has
  /// no seal, unlike a file: who may write in it can change what nobody has published.
  /// - Throws: `LedgerError` where it cannot be read at all.
  public init(store url: ValkeyURL) throws(LedgerError) {
    self.init(of: try StoreCopy(StoreConnection(asking: url, .relaxed)))
  }

  init(of copy: StoreCopy) {
    let counts = copy.archive.counts
    self.init(counts: counts, Self.inconsistencies(copy, counts) + Self.trust(copy, counts))
  }

  private static func inconsistencies(
    _ copy: StoreCopy, _ counts: [RoundTally]
  ) -> [Inconsistency] {
    var found: [Inconsistency] = []
    if let missing = copy.archive.room.missingVotes { found.append(.votesMissing(missing)) }
    if copy.unknownBallots > 0 { found.append(.ballotsWithoutChoice(copy.unknownBallots)) }
    if copy.ballotsWithoutRound > 0 { found.append(.ballotsWithoutRound(copy.ballotsWithoutRound)) }
    let voters = copy.archive.ballots.values.lazy.flatMap(\.keys)
    let strangers = voters.count { !(1..<NumberWindows.range.upperBound).contains($0) }
    if strangers > 0 { found.append(.ballotsNeverIssued(strangers)) }
    if copy.unknownLines > 0 { found.append(.unknownLines(copy.unknownLines)) }
    let total = copy.archive.ballots.values.reduce(0) { $0 + $1.count }
    if copy.counted < total { found.append(.countedTooFew) }
    let open = counts.last.flatMap { $0.round.isOpen ? $0.round.number : nil }
    if copy.open != open ?? 0 { found.append(.takesVotesElsewhere) }
    for count in counts {
      let number = count.round.number
      if copy.rounds[number]?.numbers != count.tally { found.append(.numbersDiffer(round: number)) }
      if !copy.hasIndex(ofRound: number) { found.append(.receiptsDiffer(round: number)) }
      if count.round.question.abstainLabel == nil, count.tally.abstain > 0 {
        found.append(.ballotsWithoutChoice(count.tally.abstain))
      }
    }
    for count in counts.dropLast() where count.round.isOpen {
      found.append(.openRound(count.round.number))
    }
    return found
  }

  private static func trust(_ copy: StoreCopy, _ counts: [RoundTally]) -> [Inconsistency] {
    var lists = Lists(counts.map(\.round))
    for (round, ballots) in copy.archive.ballots {
      for ballot in ballots.values {
        lists.add(round, ballot.choice.code, ballot.receipt.map { Int($0.number) })
      }
    }
    let found = lists.inconsistencies
    let record = copy.archive.record
    // It reads nothing more, and so nothing fails.
    let fingerprints = try? lists.inconsistencies(
      of: copy.archive.fingerprints, counts, Schema.ledgerID(copy.archive.secret)
    ) { round in record.filter { $0.round == round } }
    return found + (fingerprints ?? [])
  }
}

extension StoreCopy {
  /// Whether every receipt of the round, and no other, leads to its ballot.
  fileprivate func hasIndex(ofRound number: Int) -> Bool {
    var index: [String: Int] = [:]
    for ballot in archive.ballots[number, default: [:]].values {
      if let receipt = ballot.receipt { index["\(receipt)"] = ballot.voter }
    }
    return index == rounds[number]?.receipts
  }
}
