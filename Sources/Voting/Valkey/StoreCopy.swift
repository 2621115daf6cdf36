import Valkey

/// All that a store holds, as it was at one time, to be looked at in another process.
struct StoreCopy {
  private(set) var archive: LedgerArchive
  /// What the store keeps of a round beside its ballots.
  struct Round {
    var numbers: Tally
    /// Voters by receipts.
    var receipts: [String: Int] = [:]
  }

  private(set) var rounds: [Int: Round] = [:]
  /// New ballots and ballots that moved, in all.
  private(set) var counted = 0
  /// The number of the round that takes votes; 0 where none does.
  private(set) var open = 0
  private(set) var epoch = ""
  private(set) var steps = 0
  /// Servers that have said lately that they count there.
  private(set) var servers = 0

  // What this version could not have written.
  private(set) var unknownLines = 0
  private(set) var unknownBallots = 0
  private(set) var ballotsWithoutRound = 0

  /// Reads it, also while servers count. Each round is read in one go, which the store's other clients
  /// wait for: a fifth of a second with a million ballots.
  init(_ link: StoreConnection) throws(LedgerError) {
    for _ in 0..<ValkeyLedger.maxAttempts {
      let newest = try Self.newest(link)
      guard var copy = try StoreCopy(link, newest: newest) else { continue }
      for round in copy.archive.room.rounds.dropLast() {
        let parts = try link.together(Self.asking(round.number))
        try copy.take(parts[...], of: round.number, link)
      }
      try copy.findStrays(link)
      // What was read before may be of another time than this.
      if try copy.isPresent(link) {
        self = copy
        return
      }
    }
    throw .store(link.store, .busy)
  }

  private static func newest(_ link: StoreConnection) throws(LedgerError) -> Int {
    let reply = try link.run([Command("HGET", StoreKeys.meta, StoreKeys.Meta.newest.rawValue)])[0]
    guard reply != .null else { throw .store(link.store, .nothing) }
    guard let number = reply.number else { throw .store(link.store, .corrupt(reason: "its meta")) }
    return number
  }

  private func isPresent(_ link: StoreConnection) throws(LedgerError) -> Bool {
    typealias Meta = StoreKeys.Meta
    let values = try link.run([
      Command("HMGET", StoreKeys.meta, Meta.epoch.rawValue, Meta.steps.rawValue)
    ])[0].items
    return values?.first?.text == epoch && values?.last?.number == steps
  }

  // MARK: What is read at one time

  private static let fields: [StoreKeys.Meta] = [
    .format, .secret, .desk, .epoch, .sequence, .counted, .steps, .open, .room,
  ]

  /// - Returns: `nil` where the newest round is another one meanwhile.
  private init?(_ link: StoreConnection, newest: Int) throws(LedgerError) {
    let parts = try link.together(
      [
        Command(["HMGET", StoreKeys.meta] + Self.fields.map(\.rawValue)),
        Command("LRANGE", StoreKeys.record, "0", "-1"),
        Command("LRANGE", StoreKeys.fingerprints, "0", "-1"),
        Command("HVALS", StoreKeys.instances), Command("TIME"),
      ] + (newest > 0 ? Self.asking(newest) : []))
    guard let meta = parts[0].items, meta.count == Self.fields.count,
      let format = meta[0].number, let secret = meta[1].text.flatMap(UInt128.init(stored:)),
      let desk = meta[2].text.flatMap(UInt128.init(stored:)), let epoch = meta[3].text,
      let sequence = meta[4].count, let counted = meta[5].count, let steps = meta[6].count,
      let open = meta[7].count
    else { throw .store(link.store, .corrupt(reason: "its meta")) }
    if format > StoreKeys.format { throw .store(link.store, .newer(format: format)) }
    guard let room = meta[8].text.flatMap(Room.init(stored:)) else {
      throw .store(link.store, .corrupt(reason: "its room"))
    }
    if room.publicRound?.number ?? 0 != newest { return nil }
    let lines = (parts[1].items ?? []).map { $0.text.flatMap(RecordEntry.init(stored:)) }
    let texts = (parts[2].items ?? []).map { $0.text.flatMap(Fingerprint.init(stored:)) }
    archive = LedgerArchive(
      secret: secret, deskKey: desk, room: room, record: lines.compactMap(\.self),
      fingerprints: texts.compactMap(\.self), ballots: [:], sequence: sequence)
    unknownLines =
      lines.count - archive.record.count + texts.count - archive.fingerprints.count
    (self.counted, self.open, self.epoch, self.steps) = (counted, open, epoch, steps)
    servers = Self.servers(parts[3].items ?? [], at: parts[4].items?.first?.number ?? 0)
    if newest > 0 { try take(parts[5...], of: newest, link) }
  }

  /// - Parameter seconds: by the store's clock.
  private static func servers(_ said: [Reply], at seconds: Int) -> Int {
    let life = ValkeyLedger.instanceLife / 1000
    return said.count {
      let milliseconds = $0.text?.split(separator: " ", maxSplits: 1).first.flatMap { Int($0) }
      return milliseconds.map { abs(seconds - $0 / 1000) <= life } ?? false
    }
  }

  // MARK: Rounds

  private static func asking(_ round: Int) -> [Command] {
    [
      Command("HMGET", StoreKeys.round(round), "yes", "no", "abstain"),
      Command("HGETALL", StoreKeys.ballots(round)),
      Command("HGETALL", StoreKeys.receipts(round)),
    ]
  }

  private mutating func take(
    _ parts: ArraySlice<Reply>, of round: Int, _ link: StoreConnection
  ) throws(LedgerError) {
    let parts = Array(parts)
    guard parts.count == 3, let numbers = Tally(stored: parts[0].items ?? []),
      let ballots = parts[1].items, let receipts = parts[2].items
    else { throw .store(link.store, .corrupt(reason: "round \(round)")) }
    rounds[round] = Round(numbers: numbers)
    archive.ballots[round] = [:]
    for index in stride(from: 0, to: ballots.count - 1, by: 2) {
      let ballot = ballots[index].number.flatMap { voter in
        ballots[index + 1].text.flatMap { Ballot(voter: voter, stored: $0) }
      }
      if let ballot {
        archive.ballots[round]?[ballot.voter] = ballot
      } else {
        unknownBallots += 1
      }
    }
    for index in stride(from: 0, to: receipts.count - 1, by: 2) {
      guard let receipt = receipts[index].text else { continue }
      rounds[round]?.receipts[receipt] = receipts[index + 1].number ?? 0
    }
  }

  /// Ballots of rounds that are none.
  private mutating func findStrays(_ link: StoreConnection) throws(LedgerError) {
    var keys: Set<String> = []
    var cursor = "0"
    repeat {
      let reply = try link.run([
        Command("SCAN", cursor, "MATCH", StoreKeys.ballotsPrefix + "*", "COUNT", "1000")
      ])[0]
      guard let items = reply.items, items.count == 2, let next = items[0].text else {
        throw .store(link.store, .corrupt(reason: "its keys"))
      }
      for key in (items[1].items ?? []).compactMap(\.text) { keys.insert(key) }
      cursor = next
    } while cursor != "0"
    for round in archive.room.rounds { keys.remove(StoreKeys.ballots(round.number)) }
    for key in keys {
      ballotsWithoutRound += try link.run([Command("HLEN", key)])[0].number ?? 0
    }
  }
}

extension StoreConnection {
  /// Connects for a command of a person's, who waits: a whole ledger is asked for in one go.
  convenience init(asking url: ValkeyURL, _ durability: StoreDurability) throws(LedgerError) {
    var limits = ReplyReader.Limits()
    limits.elements = 1 << 26
    limits.replyBytes = 1 << 31
    self.init(
      url, name: "show-of-hands-tools", durability, patience: ValkeyConnection.Patience(),
      limits: limits)
    // Whether anybody is there shows as soon as for a server.
    _ = try connect()
    link?.connection.patience.reply = .seconds(60)
  }

  /// Asks for several things as they are at one time.
  func together(_ commands: [Command]) throws(LedgerError) -> [Reply] {
    let replies = try run([Command("MULTI")] + commands + [Command("EXEC")])
    guard let parts = replies.last?.items, parts.count == commands.count else {
      throw .store(store, .failed(reason: "a transaction was not carried out"))
    }
    return parts
  }

  /// Waits until what was written is on the store's disk, where that has to be asked for.
  func waitUntilDurable() throws(LedgerError) {
    guard link?.promise == .isAsked else { return }
    let reply = try run([Command("WAITAOF", "1", "0", "30000")])[0]
    if reply.items?.first?.number != 1 {
      throw .store(store, .failed(reason: "it does not get what it has onto its disk"))
    }
  }
}
