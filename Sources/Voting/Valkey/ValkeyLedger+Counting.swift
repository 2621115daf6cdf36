import Platform
import Valkey

extension ValkeyLedger {
  /// So many votes are counted in one go: the store does nothing else meanwhile.
  private static let maxVotes = 2_000
  /// Between two looks whether it is over.
  static let freezePause: Duration = .milliseconds(5)

  package func count(
    _ votes: inout [Vote], in round: Round, version: Int
  ) throws(LedgerError) -> LedgerNumbers? {
    try reconnecting { () throws(LedgerError) in
      try ready(isPatient: true)
      return claims.isEmpty ? try countAll(&votes, in: round, version) : nil
    }
  }

  private func countAll(
    _ votes: inout [Vote], in round: Round, _ version: Int
  ) throws(LedgerError) -> LedgerNumbers? {
    var numbers: LedgerNumbers?
    var rest = votes.indices.filter { votes[$0].refusal == nil }[...]
    while !rest.isEmpty {
      let part = Array(rest.prefix(Self.maxVotes))
      rest = rest.dropFirst(part.count)
      numbers = try count(part, of: &votes, in: round, version)
      if numbers == nil { return nil }
    }
    return numbers
  }

  /// - Parameter indices: of the votes.
  private func count(
    _ indices: [Int], of votes: inout [Vote], in round: Round, _ version: Int
  ) throws(LedgerError) -> LedgerNumbers? {
    var indices = indices
    let deadline = SteadyClock.timeSinceStart() + freezePatience
    var mayThaw = true
    var looks = 0
    while true {
      for index in indices {
        votes[index].ballot.receipt =
          round.hasReceipts ? votes[index].ballot.receipt ?? random.drawReceipt() : nil
      }
      let (status, values) = try ask(indices, votes, round, version)
      switch status {
      case .done:
        guard let counted = Counted(values) else { throw fault(.corrupt(reason: "its numbers")) }
        noteAcknowledged(sequence: counted.numbers.sequence, counted: counted.inAll)
        indices = try settle(counted.others, indices, &votes)
        if indices.isEmpty { return counted.numbers }
      case .frozen:
        if SteadyClock.timeSinceStart() > deadline {
          guard mayThaw, try thawStrange() else { throw fault(.busy) }
          mayThaw = false
        }
        SteadyClock.pause(for: Self.freezePause)
      case .epoch, .empty:
        isSettled = false
        return nil
      case .damaged:
        noteDamage()
        return nil
      case .late:
        // We still wait: the store's clock goes otherwise than we thought.
        looks += 1
        if looks > Self.maxAttempts { throw fault(.busy) }
        try link.readClock()
      case .version:
        // Where the room is as we know it all the same, that is found when it is read.
        knownState = nil
        return nil
      }
    }
  }

  private func ask(
    _ indices: [Int], _ votes: [Vote], _ round: Round, _ version: Int
  ) throws(LedgerError) -> (status: StoreScript.Status, values: [Reply]) {
    let keys = [
      StoreKeys.meta, StoreKeys.freeze, StoreKeys.round(round.number),
      StoreKeys.ballots(round.number), StoreKeys.receipts(round.number),
    ]
    let run = link.link?.server.runID ?? ""
    // Only what this connection has written is waited for: a ballot that is there already may not be
    // on the disk yet.
    let writesAlways = promise == .isAsked ? 1 : 0
    return try link.run(.count, keys: keys) { command in
      command.add(mark?.epoch ?? "")
      command.add(run)
      command.add(mark?.sequence ?? 0)
      command.add(version)
      command.add(round.number)
      command.add(StoreKeys.channel)
      command.add(writesAlways)
      command.add(link.deadlineMilliseconds)
      for index in indices {
        command.add(votes[index].ballot.voter)
        command.add(votes[index].ballot.stored)
      }
    }
  }

  /// Tells votes their ballots' receipts where they are not the ones that they came with.
  /// - Parameter others: pairs of a vote's place in `indices`, from 1, and a receipt; `!` for one that
  ///   another ballot has.
  /// - Returns: the votes that have to be counted again, with other receipts.
  private func settle(
    _ others: [Reply], _ indices: [Int], _ votes: inout [Vote]
  ) throws(LedgerError) -> [Int] {
    var again: Set<Int> = []
    for place in stride(from: 0, to: others.count - 1, by: 2) {
      guard let number = others[place].number, (1...indices.count).contains(number),
        let text = others[place + 1].text
      else { throw fault(.corrupt(reason: "its receipts")) }
      let index = indices[number - 1]
      if text != "!" {
        votes[index].ballot.receipt = Receipt(text)
      } else if votes[index].isDrawnByPhone {
        votes[index].refusal = .receiptTaken
      } else {
        votes[index].ballot.receipt = nil
        again.insert(votes[index].ballot.voter)
      }
    }
    if again.isEmpty { return [] }
    // What the same voter said after it goes with it: the last counts.
    return indices.filter {
      votes[$0].refusal == nil && again.contains(votes[$0].ballot.voter)
    }
  }

  /// What the script answers.
  private struct Counted {
    let numbers: LedgerNumbers
    let inAll: Int
    let others: [Reply]

    init?(_ values: [Reply]) {
      guard values.count == 6, let sequence = values[0].count, let inAll = values[1].count,
        let tally = Tally(stored: values[2..<5]), let others = values[5].items
      else { return nil }
      numbers = LedgerNumbers(sequence: sequence, tally: tally)
      self.inAll = inAll
      self.others = others
    }
  }
}
