import Valkey

// What becomes of a round whose numbers and ballots do not agree. Scripts change both at once, and each
// looks whether they agree before it changes anything: where they do not, another program has written
// there, or the store has deleted what it had. The ballots are what counts.
extension ValkeyLedger {
  /// Has the newest round counted again before anything else is done.
  func noteDamage() {
    isDamaged = true
    isSettled = false
  }

  /// Counts the newest round's ballots again. Where votes have gone with them, these are missing, and a
  /// new epoch begins: phones say again what they said.
  func mend(_ found: Found) throws(LedgerError) {
    let reply = try link.run([Command("HGET", StoreKeys.meta, StoreKeys.Meta.newest.rawValue)])[0]
    guard let newest = reply.count else { throw fault(.corrupt(reason: "its meta")) }
    let present = found.history.present
    let (status, values) = try link.run(
      .mend,
      keys: [
        StoreKeys.meta, StoreKeys.freeze, StoreKeys.round(newest), StoreKeys.ballots(newest),
        StoreKeys.receipts(newest),
      ]
    ) { command in
      for word in [present.epoch, found.run, "0"] { command.add(word) }
    }
    // Somebody else has done something: it is looked at anew.
    guard status == .done else { return }
    guard values.count == 2, let before = values[0].count, let after = values[1].count else {
      throw fault(.corrupt(reason: "its numbers"))
    }
    isDamaged = false
    // Somebody else has mended it.
    if before == after { return }
    warnings.append(.storeCountedAgain(store: link.store, round: newest))
    if before > after { claim(MissingVotes(epoch: present.epoch, count: before - after)) }
    _ = try begin(after: found)
  }

  /// The numbers of a round that is over, by its ballots.
  func countAgain(round: Int) throws(LedgerError) -> Tally {
    warnings.append(.storeCountedAgain(store: link.store, round: round))
    var tally = Tally()
    for ballot in try ballots(round: round).values { tally[ballot.choice] += 1 }
    return tally
  }
}
