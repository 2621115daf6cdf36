/// One of the servers that share a ledger.
public struct Instance: Hashable, Sendable {
  /// Tells it from the others: it is drawn when the server starts.
  public var id: String
  /// Its machine and port, for people.
  public var name: String
  /// Event streams open at it.
  public var screens = 0
  /// Those of them that are voters' phones.
  public var phones = 0
  /// How long its last look at the ledger took.
  public var lagMilliseconds = 0
  /// What its ballots belong to: the same for all that share a ledger.
  public var ballots = BallotPolicy.one

  public init(id: String, name: String) {
    self.id = id
    self.name = name
  }
}
