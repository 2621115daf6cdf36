/// What a ledger keeps beside rounds and ballots.
public struct Counters: Hashable, Sendable {
  /// Of the newest snapshot.
  public var sequence = 0
  /// What is known in public about the newest round. Nothing counts from it: it is here so that a
  /// recount in another process can hold it against the ballots.
  public var published = Tally()

  /// A sequence, a version, and a count of ballots: whole numbers that JavaScript knows exactly.
  static let countRange = 0...1 << 53

  public init() {}
}
