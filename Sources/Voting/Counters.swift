/// What a ledger keeps beside rounds and ballots.
public struct Counters: Hashable, Sendable {
  /// No ballot number from here on was ever handed out.
  public var numbersEnd = 1
  /// Of the newest snapshot.
  public var sequence = 0
  /// What is known in public about the newest round. Nothing counts from it: it is here so that a
  /// recount in another process can hold it against the ballots.
  public var published = Tally()

  /// What a file may hold, so far from the ends of `Int` that no arithmetic with it overflows.
  static let numbersEndRange = 1...1 << 62
  /// A sequence, a version, and a count of ballots: whole numbers that JavaScript knows exactly.
  static let countRange = 0...1 << 53

  public init() {}
}
