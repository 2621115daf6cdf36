/// All that a ledger holds, for a move from one kind of ledger to another. Nothing gets lost on the
/// way: cookies, codes, receipts, fingerprints and the desk's key mean in the new ledger what they meant
/// in the old one.
public struct LedgerArchive: Equatable, Sendable {
  /// Signs ballot keys, and codes follow from it.
  public var secret: UInt128
  /// Opens the desk.
  public var deskKey: UInt128
  /// With every round, oldest first.
  public var room: Room
  /// The whole of it, oldest first.
  public var record: [RecordEntry]
  /// Oldest first.
  public var fingerprints: [Fingerprint]
  /// By rounds and voters; a round that has none may be left out.
  public var ballots: [Int: [Int: Ballot]]
  /// Of the newest snapshot.
  public var sequence: Int

  /// Of the newest round, counted.
  var published: Tally { room.publicRound.map { tally(round: $0.number) } ?? Tally() }

  func tally(round: Int) -> Tally {
    var tally = Tally()
    for ballot in ballots[round, default: [:]].values {
      tally.count(ballot.choice, insteadOf: nil)
    }
    return tally
  }

  /// Every round, oldest first.
  var counts: [RoundTally] {
    room.rounds.map { RoundTally(round: $0, tally: tally(round: $0.number)) }
  }
}
