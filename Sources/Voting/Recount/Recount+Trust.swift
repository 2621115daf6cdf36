extension Recount {
  /// What the seal, the fingerprints and the receipts say of the rest, in a file that has them.
  /// - Parameter progress: how far the file had come before it was opened, as is kept beside it.
  static func changes(
    _ connection: Connection, _ counts: [RoundTally], _ progress: Progress?
  ) throws(LedgerError) -> [Inconsistency] {
    let secret = try Schema.secret(connection)
    let seal = Seal(secret: secret)
    guard let (said, total) = try Schema.sealed(connection) else {
      return counts.isEmpty ? [] : [.notSealed]
    }
    var lists = Lists(counts.map(\.round))
    let found = try Schema.scan(
      connection, counts.map(\.round), seal, visit: { lists.add($0, $1, $2) })
    var inconsistencies: [Inconsistency] = []
    let present = Progress(ledger: Schema.ledgerID(secret), commits: said.commits, seal: total)
    if let progress, progress.isPast(present) { inconsistencies.append(.olderCopy) }
    inconsistencies += try Schema.olderCopies(connection).map {
      .wentOnFromOlderCopy(seconds: $0.seconds, round: $0.round)
    }
    if found.ballots != said.ballots { inconsistencies.append(.ballotsChanged) }
    if found.rounds != said.rounds { inconsistencies.append(.roundsChanged) }
    if found.room != said.room { inconsistencies.append(.roomChanged) }
    if found.record != said.record { inconsistencies.append(.recordChanged) }
    if found.fingerprints != said.fingerprints { inconsistencies.append(.fingerprintsChanged) }
    if seal.total(said) != total { inconsistencies.append(.countersChanged) }
    inconsistencies += lists.inconsistencies
    inconsistencies += try lists.inconsistencies(
      of: try Schema.fingerprints(connection), counts, Schema.ledgerID(secret)
    ) { round throws(LedgerError) in try Schema.record(connection, round: round) }
    return inconsistencies
  }

  /// The receipts of every round, and the fingerprints seen so far.
  struct Lists {
    /// By rounds that have receipts.
    private var ballots: [Int: [Ballot]] = [:]
    private var missing: [Int: Int] = [:]
    private var previous: [Fingerprint] = []

    init(_ rounds: [Round]) {
      for round in rounds where round.hasReceipts { ballots[round.number] = [] }
    }

    mutating func add(_ round: Int, _ answer: Int, _ receipt: Int?) {
      guard ballots[round] != nil else { return }
      guard let receipt = receipt.flatMap(Receipt.init(number:)), let choice = Choice(code: answer)
      else {
        missing[round, default: 0] += 1
        return
      }
      ballots[round]?.append(Ballot(voter: 0, choice: choice, receipt: receipt))
    }

    var inconsistencies: [Inconsistency] {
      var found: [Inconsistency] = []
      for (round, ballots) in ballots.sorted(by: { $0.key < $1.key }) {
        if let count = missing[round] { found.append(.receiptsMissing(round: round, count)) }
        let twice = ballots.count - Set(ballots.map(\.receipt)).count
        if twice > 0 { found.append(.receiptsTwice(round: round, twice)) }
      }
      return found
    }

    /// What the fingerprints say of the rest.
    /// - Parameter steps: the lines of the record of a round.
    mutating func inconsistencies(
      of fingerprints: [Fingerprint], _ counts: [RoundTally], _ ledger: UInt64,
      steps: (Int) throws(LedgerError) -> [RecordEntry]
    ) throws(LedgerError) -> [Inconsistency] {
      var inconsistencies: [Inconsistency] = []
      let rounds = counts.map(\.round)
      for fingerprint in fingerprints {
        previous.append(fingerprint)
        if !isLinked(in: rounds) { inconsistencies.append(.fingerprintWrong(fingerprint.round)) }
      }
      for count in counts where !count.round.isOpen {
        let number = count.round.number
        guard let newest = previous.last(where: { $0.round == number }) else { continue }
        if recordText(of: count, try steps(number), ledger, like: newest.text) != newest.text {
          inconsistencies.append(.fingerprintDiffers(number))
        }
      }
      return inconsistencies
    }

    /// Whether the newest of `previous` is the hash of its text, and names the ones before it.
    private func isLinked(in rounds: [Round]) -> Bool {
      guard let newest = previous.last else { return true }
      let text = newest.text
      let earlier = previous.dropLast()
      let before = rounds.last { $0.number < newest.round }?.number
      return SHA256.hex(of: Array(text.utf8)) == newest.hex
        && RecordText.value(of: "round", in: text) == "\(newest.round)"
        && RecordText.value(of: "replaces", in: text)
          == earlier.last { $0.round == newest.round }?.hex ?? ""
        && RecordText.value(of: "previous", in: text)
          == earlier.last { $0.round == before }?.hex ?? ""
    }

    /// The text that the round should have, with what cannot be counted again as the kept one has it.
    private func recordText(
      of count: RoundTally, _ steps: [RecordEntry], _ ledger: UInt64, like text: String
    ) -> String {
      func kept(_ name: String) -> String? {
        RecordText.value(of: name, in: text).flatMap { $0.isEmpty ? nil : $0 }
      }
      return RecordText(
        ledger: ledger, round: count.round, tally: count.tally,
        steps: Array(steps.prefix(RecordText.stepCount(in: text))),
        listHash: ballots[count.round.number].map { SHA256.hex(of: ReceiptList.text(of: $0)) },
        previous: kept("previous"), replaces: kept("replaces"),
        nonce: kept("nonce").flatMap { UInt128($0, radix: 16) } ?? 0
      ).text
    }
  }
}
