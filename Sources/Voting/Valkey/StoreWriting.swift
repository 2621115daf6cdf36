import Valkey

/// A ledger on its way into a store, under names of its own until it is complete.
final class StoreWriting {
  private let link: StoreConnection
  /// Names of what is written.
  private var drafts: [String] = []
  /// Of this one among all that were ever tried.
  private let token = String(UInt64.random(in: .min ... .max), radix: 36)

  init(_ link: StoreConnection) { self.link = link }

  /// Exists while somebody writes, and says who.
  private static let lock = "{show}:import"
  private static let prefix = "{show}:import:"
  /// So long the next one waits for somebody who may have died.
  private static let lockMilliseconds = "30000"
  /// Fields that are written in one go.
  private static let page = 5_000

  private func fault(_ fault: StoreFault) -> LedgerError { .store(link.store, fault) }

  /// Sees to it that the store is empty, and that nobody else begins.
  func begin() throws(LedgerError) {
    if try link.run([Command("EXISTS", Self.lock)])[0].number == 1 { throw fault(.busy) }
    var strays: [String] = []
    var cursor = "0"
    repeat {
      let reply = try link.run([Command("SCAN", cursor, "COUNT", "1000")])[0]
      guard let items = reply.items, items.count == 2, let next = items[0].text else {
        throw fault(.corrupt(reason: "its keys"))
      }
      let keys = (items[1].items ?? []).compactMap(\.text)
      guard keys.allSatisfy({ $0.hasPrefix(Self.prefix) }) else { throw fault(.notEmpty) }
      strays += keys
      cursor = next
    } while cursor != "0"
    let taken = try link.run([
      Command("SET", Self.lock, token, "NX", "PX", Self.lockMilliseconds)
    ])[0]
    if taken.text != "OK" { throw fault(.busy) }
    // Somebody was ended the last time.
    if !strays.isEmpty { _ = try link.run([Command(["UNLINK"] + strays)]) }
  }

  /// Takes away what was written.
  func giveUp() {
    // The next one does it, where this fails. A lock that is not ours any more ends by itself.
    if !drafts.isEmpty { _ = try? link.run([Command(["UNLINK"] + drafts)]) }
    _ = try? link.run([Command("EVAL", Self.unlocking, "1", Self.lock, token)])
  }

  private static let unlocking = """
    if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
    """

  // MARK: Parts

  /// - Returns: the names that they are to have in the end.
  func writeParts(of archive: LedgerArchive) throws(LedgerError) -> [String] {
    var names: [String] = []
    func write(_ name: String, _ command: String, _ words: [String]) throws(LedgerError) {
      if words.isEmpty { return }
      drafts.append(draft(name))
      var rest = words[...]
      while !rest.isEmpty {
        let part = rest.prefix(Self.page * 2)
        rest = rest.dropFirst(part.count)
        let commands = [
          Command([command, draft(name)] + part),
          Command("PEXPIRE", Self.lock, Self.lockMilliseconds),
        ]
        // Where the lock is gone somebody else may have begun.
        guard try link.run(commands)[1].number == 1 else { throw fault(.late) }
      }
      names.append(name)
    }
    try write(StoreKeys.record, "RPUSH", archive.record.map(\.stored))
    try write(StoreKeys.fingerprints, "RPUSH", archive.fingerprints.map(\.stored))
    for round in archive.room.rounds.map(\.number) {
      let ballots = archive.ballots[round, default: [:]].values
      try write(StoreKeys.ballots(round), "HSET", ballots.flatMap { ["\($0.voter)", $0.stored] })
      try write(
        StoreKeys.receipts(round), "HSET",
        ballots.flatMap { ballot in ballot.receipt.map { ["\($0)", "\(ballot.voter)"] } ?? [] })
      let tally = archive.tally(round: round)
      let numbers = [("yes", tally.yes), ("no", tally.no), ("abstain", tally.abstain)]
      try write(
        StoreKeys.round(round), "HSET",
        numbers.flatMap { $1 > 0 ? [$0, "\($1)"] : [] })
    }
    return names
  }

  private func draft(_ name: String) -> String { "\(Self.prefix)\(token):\(name)" }

  /// Gives all of it its names, at once.
  func publish(_ names: [String], meta: [String]) throws(LedgerError) {
    let keys = [Self.lock, StoreKeys.meta] + names.map(draft) + names
    let words = [token] + meta
    let reply = try link.run([
      Command(["EVAL", Self.publishing, "\(keys.count)"] + keys + words)
    ])[0]
    if reply.text != "OK" { throw fault(.late) }
    try link.waitUntilDurable()
  }

  /// KEYS: the lock, meta, the drafts, and as many names for them. ARGV: the lock's token; the words for
  /// meta.
  private static let publishing = """
    if redis.call('GET', KEYS[1]) ~= ARGV[1] or redis.call('EXISTS', KEYS[2]) == 1 then
      return 'LATE'
    end
    local count = (#KEYS - 2) / 2
    for i = 3, 2 + count do redis.call('RENAME', KEYS[i], KEYS[i + count]) end
    redis.call('HSET', KEYS[2], unpack(ARGV, 2))
    redis.call('DEL', KEYS[1])
    return 'OK'
    """
}
