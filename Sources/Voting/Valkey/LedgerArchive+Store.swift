public import Valkey

extension LedgerArchive {
  // MARK: Out of a store

  /// Reads a store that no server counts in, and that agrees with itself.
  /// - Throws: `LedgerError` with `.nothing`, `.inUse` or `.unsound` among others.
  public init(store url: ValkeyURL) throws(LedgerError) {
    let link = try StoreConnection(asking: url, .relaxed)
    let copy = try StoreCopy(link)
    if copy.servers > 0 { throw .store(link.store, .inUse(servers: copy.servers)) }
    if let found = Recount(of: copy).inconsistencies.first {
      throw .store(link.store, .unsound(reason: found.disclosed))
    }
    self = copy.archive
  }

  // MARK: Into a store

  /// Writes it into an empty store. It is there when all of it is there: until then it stands under
  /// other names, and the next one who tries takes these away.
  /// - Throws: `LedgerError` with `.notEmpty` or `.busy` among others.
  public func write(
    newStore url: ValkeyURL, durability: StoreDurability = .strict
  ) throws(LedgerError) {
    let link = try StoreConnection(asking: url, durability)
    let writing = StoreWriting(link)
    try writing.begin()
    do throws(LedgerError) {
      let names = try writing.writeParts(of: self)
      try writing.publish(names, meta: meta(on: link))
    } catch {
      writing.giveUp()
      throw error
    }
    // What is read again is what the store has.
    let copy = try StoreCopy(link)
    if let found = Recount(of: copy).inconsistencies.first {
      throw .store(link.store, .unsound(reason: found.disclosed))
    }
  }

  private func meta(on link: StoreConnection) -> [String] {
    typealias Meta = StoreKeys.Meta
    let total = ballots.values.reduce(0) { $0 + $1.count }
    let fields: [(Meta, String)] = [
      (.format, "\(StoreKeys.format)"), (.secret, hex(secret)), (.desk, hex(deskKey)),
      (.epoch, StoreMark.newEpoch()), (.run, link.link?.server.runID ?? ""),
      (.sequence, "\(sequence)"), (.counted, "\(total)"), (.steps, "0"),
    ]
    return fields.flatMap { [$0.rawValue, $1] } + ValkeyLedger.fields(of: room)
  }
}
