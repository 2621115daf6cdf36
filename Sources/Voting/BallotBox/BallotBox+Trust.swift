import Synchronization

extension BallotBox {
  // MARK: What is published

  /// The list of the round's receipts and answers (CSV); `nil` while its numbers are not public, and
  /// where its ballots have no receipts. Waits for the disk where nobody has asked lately.
  /// - Parameter number: of the round; `nil` for the newest.
  public nonisolated func receiptList(round number: Int? = nil) async throws(LedgerError)
    -> [UInt8]?
  {
    guard let (round, _) = published(number), round.hasReceipts else { return nil }
    let key = Publications.Text(round: round.number, fingerprint: round.fingerprint)
    return try await published(key, in: \.lists, bytes: \.count) { () async throws(LedgerError) in
      try await self.readList(key)
    }
  }

  /// The text that the round's fingerprint is the SHA-256 of; `nil` while its numbers are not public.
  /// Waits for the disk where nobody has asked lately.
  /// - Parameter number: of the round; `nil` for the newest.
  public nonisolated func recordText(round number: Int? = nil) async throws(LedgerError) -> String?
  {
    guard let (round, _) = published(number), round.fingerprint != nil else { return nil }
    let key = Publications.Text(round: round.number, fingerprint: round.fingerprint)
    return try await published(key, in: \.texts, bytes: \.utf8.count) {
      () async throws(LedgerError) in
      try await self.readText(key)
    }
  }

  /// All that is on record for the round, oldest first; nothing while its numbers are not public. Waits
  /// for the disk where nobody has asked since the last step.
  public nonisolated func record(ofRound number: Int) async throws(LedgerError) -> [RecordEntry] {
    guard let (_, version) = published(number) else { return [] }
    let key = Publications.Record(round: number, version: version)
    let entries = try await published(key, in: \.records, bytes: \.bytes) {
      () async throws(LedgerError) in
      try await self.readRecord(key)
    }
    return entries ?? []
  }

  /// What was read before, or is read now: by one reader at a time, so that votes never wait for more
  /// than one.
  private nonisolated func published<Key, Value>(
    _ key: Key, in kept: any WritableKeyPath<Publications, RecentlyUsed<Key, Value>> & Sendable,
    bytes: (Value) -> Int, read: () async throws(LedgerError) -> Value?
  ) async throws(LedgerError) -> Value? {
    func find() -> Value? { publications.withLock { $0[keyPath: kept].value(for: key) } }
    if let value = find() { return value }
    return try await readers.pass { () async throws(LedgerError) in
      // Whoever waited has it from the one before.
      if let value = find() { return value }
      guard let value = try await read() else { return nil }
      let bytes = bytes(value)
      publications.withLock { $0[keyPath: kept].keep(value, bytes: bytes, for: key) }
      return value
    }
  }

  // MARK: Reading the ledger

  private func readList(_ key: Publications.Text) throws(LedgerError) -> [UInt8]? {
    guard let ledger = try readable(), isPublished(key) else { return nil }
    return ReceiptList.text(of: try ledger.ballots(round: key.round).values)
  }

  private func readText(_ key: Publications.Text) throws(LedgerError) -> String? {
    guard let ledger = try readable(), isPublished(key) else { return nil }
    return try ledger.fingerprint(round: key.round)?.text
  }

  private func readRecord(_ key: Publications.Record) throws(LedgerError) -> [RecordEntry]? {
    guard let ledger = try readable(), published(key.round)?.version == key.version else {
      return nil
    }
    return try ledger.record(round: key.round)
  }

  /// The ledger, for readers. While a shared one cannot be reached, each of them would wait until that
  /// is found out again, and votes behind them.
  private func readable() throws(LedgerError) -> (any Ledger)? {
    let fault = recorded.withLock { $0.fault }
    if case .store(_, .unreachable) = fault, let fault { throw fault }
    return ledger
  }

  /// A step may have come since somebody asked.
  private func isPublished(_ key: Publications.Text) -> Bool {
    published(key.round)?.round.fingerprint == key.fingerprint
  }

  /// The round, if its numbers are final and may be known.
  /// - Returns: the version of the room too.
  private nonisolated func published(_ number: Int?) -> (round: Round, version: Int)? {
    let room = committed.withLock { $0.state.room }
    let round =
      number.map { number in room.rounds.first { $0.number == number } } ?? room.rounds.last
    return round.flatMap { $0.isOpen || $0.isHidden ? nil : ($0, room.version) }
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

extension [RecordEntry] {
  /// That they take in memory.
  fileprivate var bytes: Int { count * MemoryLayout<RecordEntry>.stride }
}
