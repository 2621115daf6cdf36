/// All that a ledger holds but the ballots themselves.
public struct LedgerContents: Sendable {
  public var counters = Counters()
  public var room = Room()
  /// Every round's, by its number, counted from its ballots.
  public var tallies: [Int: Tally] = [:]
  /// The newest lines of the record, oldest first.
  public var record: [RecordEntry] = []
  /// 128 random bits, made with the ledger: whoever knows them is the host.
  public var deskKey: UInt128 = 0
  /// The ledger has been further than it is now, and nothing in it says so yet: whoever goes on with
  /// it puts that on record with the first thing that is written.
  public var isOlderCopy = false

  /// As many lines of the record as a desk is shown.
  public static let maxRecord = 200

  public init() {}
}
