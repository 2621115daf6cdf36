import Valkey

// How it is found that a store has lost votes.
//
// A store's history is divided into epochs. One begins when another process is found in the place of the
// one that had the ledger: after a restart, or where a replica has taken over. Whoever finds it writes
// down how far the old epoch came, as it is found, and draws a new one; scripts refuse whoever does not
// know of it yet. Each instance then compares what it knows that was acknowledged with how far that
// epoch came in the end. What is missing it claims, and does not count until the room says so.
extension ValkeyLedger {
  /// Finds out what the connection leads to, and what became of it since.
  func settle() throws(LedgerError) {
    for _ in 0..<Self.maxAttempts {
      noteHeard()
      guard let found = try find() else {
        try create()
        continue
      }
      try checkIsOurs(found)
      let loss = mark.flatMap { found.history.loss(since: $0, earlierEpochs) }
      // Where it is not known how the epoch ended of which votes are missing, others may not know that
      // it did.
      let isEndKnown = mark.map { found.history.ended[$0.epoch] != nil } ?? true
      if found.run != link.link?.server.runID || (loss != nil && !isEndKnown) {
        // Where somebody else was first, that is found next.
        _ = try begin(after: found)
        continue
      }
      if let loss { claim(loss) }
      if isDamaged {
        try mend(found)
        continue
      }
      adopt(found.history.present)
      return
    }
    throw fault(.busy)
  }

  private func adopt(_ present: StoreMark) {
    if let old = mark?.epoch, old != present.epoch {
      earlierEpochs.append(old)
      earlierEpochs = earlierEpochs.suffix(Self.maxEpochs)
    }
    mark = present
    // What it tells may not be on its disk; only what it acknowledges to us is, later.
    if promise != .syncsAlways { mark?.sequence = 0 }
    isSettled = true
  }

  /// Epochs that are remembered: a store is not restarted more often in an evening.
  private static let maxEpochs = 1_000

  // MARK: What there is

  struct Found {
    let format: Int
    let secret: UInt128
    let run: String
    let history: StoreHistory
  }

  /// - Returns: `nil` where there is no ledger.
  private func find() throws(LedgerError) -> Found? {
    let fields: [StoreKeys.Meta] = [.format, .secret, .epoch, .run, .sequence, .counted]
    let replies = try link.run([
      Command("MULTI"), Command(["HMGET", StoreKeys.meta] + fields.map(\.rawValue)),
      Command("HGETALL", StoreKeys.ends), Command("EXEC"),
    ])
    guard let parts = replies.last?.items, parts.count == 2, let meta = parts[0].items,
      meta.count == fields.count
    else { throw fault(.corrupt(reason: "its meta")) }
    if meta.allSatisfy({ $0 == .null }) { return nil }
    guard let format = meta[0].number else { throw fault(.foreign) }
    if format > StoreKeys.format { throw fault(.newer(format: format)) }
    guard let secret = meta[1].text.flatMap(UInt128.init(stored:)), let epoch = meta[2].text,
      let run = meta[3].text, let sequence = meta[4].count, let counted = meta[5].count
    else { throw fault(.corrupt(reason: "its meta")) }
    var ended: [String: StoreMark] = [:]
    let ends = (parts[1].items ?? []).map { $0.text ?? "" }
    for index in stride(from: 0, to: ends.count - 1, by: 2) {
      ended[ends[index]] = StoreMark(epoch: ends[index], stored: ends[index + 1])
    }
    let present = StoreMark(epoch: epoch, sequence: sequence, counted: counted)
    return Found(
      format: format, secret: secret, run: run,
      history: StoreHistory(ended: ended, present: present))
  }

  /// Another ledger's votes are not ours to count, and ours are not there any more.
  private func checkIsOurs(_ found: Found) throws(LedgerError) {
    if mark == nil {
      secret = found.secret
    } else if found.secret != secret {
      let error = fault(.replaced)
      fatal = error
      throw error
    }
  }

  // MARK: A new epoch

  /// - Returns: whether it began; else somebody else was first.
  func begin(after found: Found) throws(LedgerError) -> Bool {
    let present = found.history.present
    let sequence = max(present.sequence, mark?.sequence ?? 0) + 1
    // An older copy knows nothing of our epoch, which began after it was made, and is told how far it
    // came itself.
    let base = mark.flatMap { found.history.base(of: $0, earlierEpochs) }
    let unknown = mark.map { $0.epoch == present.epoch ? nil : $0.epoch } ?? nil
    let ended = unknown.map { [$0, "0 \(base?.counted ?? 0)"] } ?? []
    return try begin(
      instead: (present.epoch, found.run), StoreMark.newEpoch(after: present.epoch, mark?.epoch),
      sequence: sequence, ended: found.history.ended[unknown ?? ""] == nil ? ended : [])
  }

  private func begin(
    instead old: (epoch: String, run: String), _ epoch: String, sequence: Int,
    _ more: [String] = [], ended: [String] = [], record: [String] = []
  ) throws(LedgerError) -> Bool {
    typealias Meta = StoreKeys.Meta
    let meta =
      [
        Meta.epoch.rawValue, epoch, Meta.run.rawValue, link.link?.server.runID ?? "",
        Meta.sequence.rawValue, "\(sequence)",
      ] + more
    let (status, _) = try link.run(
      .epoch, keys: [StoreKeys.meta, StoreKeys.freeze, StoreKeys.ends, StoreKeys.record]
    ) { command in
      for word in [old.epoch, old.run, StoreKeys.channel] { command.add(word) }
      for number in [meta.count, ended.count] { command.add(number) }
      for word in meta + ended + record { command.add(word) }
    }
    return status == .done
  }

  // MARK: A new ledger

  /// Makes one in an empty store; or, where ours has gone, writes what we know of it.
  private func create() throws(LedgerError) {
    typealias Meta = StoreKeys.Meta
    let isFirst = mark == nil
    if isFirst {
      let (size, isThere) = try look()
      if isThere { return }
      if size > 0 { throw fault(.foreign) }
      known = LedgerContents()
      known.deskKey = .random(in: .min ... .max)
      secret = .random(in: .min ... .max)
    }
    let more =
      [
        Meta.format.rawValue, "\(StoreKeys.format)", Meta.secret.rawValue, hex(secret),
        Meta.desk.rawValue, hex(known.deskKey), Meta.counted.rawValue, "0",
        Meta.steps.rawValue, "\((knownState?.steps ?? -1) + 1)",
      ] + Self.fields(of: known.room)
    // Who looks whether anything is missing finds that all of it is.
    let ended = mark.map { [$0.epoch, "0 0"] } ?? []
    // Where somebody else was first, it is found next.
    _ = try begin(
      instead: ("", ""), StoreMark.newEpoch(after: mark?.epoch),
      sequence: mark.map { $0.sequence + 1 } ?? 0, more, ended: ended,
      record: known.record.map(\.stored))
  }

  /// - Returns: how many keys there are, and whether somebody has made a ledger meanwhile.
  private func look() throws(LedgerError) -> (size: Int, isThere: Bool) {
    let replies = try link.run([
      Command("MULTI"), Command("DBSIZE"), Command("EXISTS", StoreKeys.meta), Command("EXEC"),
    ])
    let numbers = (replies.last?.items ?? []).map(\.number)
    guard numbers.count == 2, let size = numbers[0] else {
      throw fault(.corrupt(reason: "its size"))
    }
    return (size, numbers[1] == 1)
  }

  func claim(_ missing: MissingVotes) {
    if let index = claims.firstIndex(where: { $0.epoch == missing.epoch }) {
      if claims[index].count < missing.count { claims[index] = missing }
    } else {
      claims.append(missing)
    }
  }
}
