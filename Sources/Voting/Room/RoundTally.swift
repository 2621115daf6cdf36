/// A round and what its ballots say, counted.
public struct RoundTally: Hashable, Sendable {
  public let round: Round
  /// It may be hidden: what leaves the server goes by `disclosed`.
  public let tally: Tally

  public init(round: Round, tally: Tally) {
    self.round = round
    self.tally = tally
  }

  /// What may leave the server: to a page, a stream, a file, a metric, a log, the desk too.
  public var disclosed: DisclosedRound {
    DisclosedRound(round: round, voted: tally.total, tally: round.isHidden ? nil : tally)
  }

  /// For whoever has the file itself: the numbers though they are hidden.
  public var unveiled: DisclosedRound {
    DisclosedRound(round: round, voted: tally.total, tally: tally)
  }
}

/// A round with what may be known of it. The one way out: every exit shows this and no other tally.
public struct DisclosedRound: Hashable, Sendable {
  public let round: Round
  /// How many ballots there are.
  public let voted: Int
  /// How they split; `nil` while that is hidden.
  public let tally: Tally?

  /// What came of it, once it is closed and its numbers may be known.
  public var outcome: Outcome? {
    round.isOpen ? nil : tally.map { Outcome(of: round, tally: $0) }
  }

  /// As many ballots its published list has; `nil` while that is not public, and where ballots have no
  /// receipts.
  public var listed: Int? { outcome == nil || !round.hasReceipts ? nil : voted }

  /// What binds the result, as soon as the round is closed: 64 hexadecimal digits, public though the
  /// numbers are hidden.
  public var fingerprint: String? { round.isOpen ? nil : round.fingerprint }

  fileprivate init(round: Round, voted: Int, tally: Tally?) {
    self.round = round
    self.voted = voted
    self.tally = tally
  }
}
