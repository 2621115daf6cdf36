import Synchronization

extension BallotBox {
  // MARK: What is published

  /// The list of the round's receipts and answers (CSV); `nil` while its numbers are not public, and
  /// where its ballots have no receipts. Waits for the disk.
  /// - Parameter number: of the round; `nil` for the newest.
  public func receiptList(round number: Int? = nil) throws(LedgerError) -> [UInt8]? {
    guard let ledger, let round = published(number), round.hasReceipts else { return nil }
    if let kept = lists[round.number], kept.fingerprint == round.fingerprint { return kept.text }
    let text = ReceiptList.text(of: try ledger.ballots(round: round.number).values)
    if lists.count >= Self.maxLists { lists = [:] }
    lists[round.number] = (round.fingerprint, text)
    return text
  }

  /// The text that the round's fingerprint is the SHA-256 of; `nil` while its numbers are not public.
  /// Waits for the disk.
  /// - Parameter number: of the round; `nil` for the newest.
  public func recordText(round number: Int? = nil) throws(LedgerError) -> String? {
    guard let ledger, let round = published(number), round.fingerprint != nil else { return nil }
    return try ledger.fingerprint(round: round.number)?.text
  }

  /// All that is on record for the round, oldest first; nothing while its numbers are not public. Waits
  /// for the disk.
  public func record(ofRound number: Int) throws(LedgerError) -> [RecordEntry] {
    guard let ledger, published(number) != nil else { return [] }
    return try ledger.record(round: number)
  }

  /// Lists that are kept for whoever asks next.
  static let maxLists = 4

  /// The round, if its numbers are final and may be known.
  private nonisolated func published(_ number: Int?) -> Round? {
    let rounds = committed.withLock { $0.state.room.rounds }
    let round = number.map { number in rounds.first { $0.number == number } } ?? rounds.last
    return round.flatMap { $0.isOpen || $0.isHidden ? nil : $0 }
  }

  // MARK: Fingerprints

  /// Makes the fingerprints that a step asks for: of a round that it has closed, and of one whose
  /// numbers it has changed after that.
  func makeFingerprints(
    from old: Room, to new: inout Room, _ entries: [RecordEntry]
  ) throws(LedgerError) -> [Fingerprint] {
    guard let ledger else { return [] }
    let tally = committed.withLock { $0.state.tally }
    var made: [Fingerprint] = []
    for (index, round) in new.rounds.enumerated() {
      let before = old.rounds.first { $0.number == round.number }
      // Only the newest one's numbers change.
      guard round.number == old.publicRound?.number, round.needsFingerprint(after: before) else {
        continue
      }
      var text = RecordText(
        ledger: keys.ledgerID, round: round, tally: tally,
        steps: try ledger.record(round: round.number) + entries.filter { $0.round == round.number },
        nonce: .random(in: .min ... .max))
      if round.hasReceipts {
        let ballots = try ledger.ballots(round: round.number)
        text.listHash = SHA256.hex(of: ReceiptList.text(of: ballots.values))
      }
      text.previous = index > 0 ? new.rounds[index - 1].fingerprint : nil
      text.replaces = before?.fingerprint
      let fingerprint = Fingerprint(round: round.number, text: text.text)
      new.rounds[index].fingerprint = fingerprint.hex
      made.append(fingerprint)
    }
    return made
  }
}
