import Valkey

extension ValkeyLedger {
  // MARK: Ballots

  /// So many are asked for in one go.
  private static let page = 5_000

  package func ballots(round: Int) throws(LedgerError) -> [Int: Ballot] {
    try ready()
    var ballots: [Int: Ballot] = [:]
    var cursor = "0"
    repeat {
      try prolongStep()
      let reply = try link.run([
        Command("HSCAN", StoreKeys.ballots(round), cursor, "COUNT", "\(Self.page)")
      ])[0]
      guard let items = reply.items, items.count == 2, let next = items[0].text,
        let fields = items[1].items
      else { throw fault(.corrupt(reason: "its ballots")) }
      for index in stride(from: 0, to: fields.count - 1, by: 2) {
        let ballot = try ballot(fields[index].number, fields[index + 1])
        ballots[ballot.voter] = ballot
      }
      cursor = next
    } while cursor != "0"
    return ballots
  }

  package func ballots(of voters: [Int], round: Int) throws(LedgerError) -> [Int: Ballot] {
    try reconnecting { () throws(LedgerError) in
      try ready()
      return try ask(for: voters, round)
    }
  }

  private func ask(for voters: [Int], _ round: Int) throws(LedgerError) -> [Int: Ballot] {
    var ballots: [Int: Ballot] = [:]
    var rest = voters[...]
    while !rest.isEmpty {
      let part = rest.prefix(Self.page)
      rest = rest.dropFirst(part.count)
      var command = Command("HMGET", StoreKeys.ballots(round))
      for voter in part { command.add(voter) }
      let values = try link.run([command])[0].items ?? []
      for (voter, value) in zip(part, values) where value != .null {
        ballots[voter] = try ballot(voter, value)
      }
    }
    return ballots
  }

  private func ballot(_ voter: Int?, _ value: Reply) throws(LedgerError) -> Ballot {
    guard let voter, let text = value.text, let ballot = Ballot(voter: voter, stored: text) else {
      noteDamage()
      throw fault(.corrupt(reason: "a ballot"))
    }
    return ballot
  }

  // MARK: The record

  package func record(round: Int) throws(LedgerError) -> [RecordEntry] {
    try list(StoreKeys.record).compactMap(RecordEntry.init(stored:)).filter { $0.round == round }
  }

  package func fingerprint(round: Int) throws(LedgerError) -> Fingerprint? {
    try list(StoreKeys.fingerprints).compactMap(Fingerprint.init(stored:))
      .last { $0.round == round }
  }

  private func list(_ key: String) throws(LedgerError) -> [String] {
    try ready()
    let reply = try link.run([Command("LRANGE", key, "0", "-1")])[0]
    return (reply.items ?? []).compactMap(\.text)
  }

  // MARK: Everything but the ballots

  /// Reads what there is, all of it as it was at one time, and remembers it.
  func read() throws(LedgerError) -> LedgerContents {
    var newest = known.room.publicRound?.number ?? 0
    for _ in 0..<Self.maxAttempts {
      let parts = try readOnce(newest: newest)
      guard let read = Contents(parts) else { throw fault(.corrupt(reason: "its room")) }
      guard read.newest == newest else {
        newest = read.newest
        continue
      }
      guard read.tally.total == read.ballotCount else {
        noteDamage()
        try ready()
        continue
      }
      var contents = read.contents
      if knownState?.epoch != read.mark.epoch { pastTallies = [:] }
      try readPastTallies(of: contents.room)
      contents.tallies.merge(pastTallies) { newest, _ in newest }
      known = contents
      knownState = (read.mark.epoch, read.steps)
      noteTold(read.mark)
      return contents
    }
    throw fault(.busy)
  }

  private func readOnce(newest: Int) throws(LedgerError) -> [Reply] {
    let replies = try link.run([
      Command("MULTI"),
      Command(["HMGET", StoreKeys.meta] + Contents.fields.map(\.rawValue)),
      Command("LRANGE", StoreKeys.record, "-\(LedgerContents.maxRecord)", "-1"),
      Command("HMGET", StoreKeys.round(newest), "yes", "no", "abstain"),
      Command("HLEN", StoreKeys.ballots(newest)), Command("EXEC"),
    ])
    return replies.last?.items ?? []
  }

  private func readPastTallies(of room: Room) throws(LedgerError) {
    let unknown = room.rounds.dropLast().map(\.number).filter { pastTallies[$0] == nil }
    if unknown.isEmpty { return }
    let replies = try link.run(
      unknown.flatMap {
        [
          Command("HMGET", StoreKeys.round($0), "yes", "no", "abstain"),
          Command("HLEN", StoreKeys.ballots($0)),
        ]
      })
    for (index, number) in unknown.enumerated() {
      guard let tally = Tally(stored: replies[2 * index].items ?? []),
        let ballotCount = replies[2 * index + 1].count
      else { throw fault(.corrupt(reason: "the numbers of round \(number)")) }
      // Where its ballots have gone, the numbers are what is left of it.
      pastTallies[number] =
        ballotCount > tally.total ? try countAgain(round: number) : tally
    }
  }

  /// What one look at the store finds.
  private struct Contents {
    static let fields: [StoreKeys.Meta] = [
      .epoch, .sequence, .counted, .steps, .newest, .desk, .room, .version, .open,
    ]

    var contents = LedgerContents()
    let mark: StoreMark
    let steps: Int
    let newest: Int
    /// Of the newest round.
    let tally: Tally
    let ballotCount: Int

    init?(_ parts: [Reply]) {
      guard parts.count == 4, let meta = parts[0].items, meta.count == Self.fields.count,
        let epoch = meta[0].text, let sequence = meta[1].count, let counted = meta[2].count,
        let steps = meta[3].count, let newest = meta[4].count,
        let desk = meta[5].text.flatMap(UInt128.init(stored:)),
        let room = meta[6].text.flatMap(Room.init(stored:)), let lines = parts[1].items,
        let tally = Tally(stored: parts[2].items ?? []), let ballotCount = parts[3].count,
        // What scripts go by is what the room says.
        meta[7].number == room.version, newest == room.publicRound?.number ?? 0,
        meta[8].number == room.openNumber
      else { return nil }
      mark = StoreMark(epoch: epoch, sequence: sequence, counted: counted)
      self.steps = steps
      self.newest = newest
      self.tally = tally
      self.ballotCount = ballotCount
      contents.room = room
      contents.deskKey = desk
      contents.record = lines.compactMap { $0.text.flatMap(RecordEntry.init(stored:)) }
      contents.counters.sequence = sequence
      contents.counters.published = tally
      if newest > 0 { contents.tallies[newest] = tally }
    }
  }
}
