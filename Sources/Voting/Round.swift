/// What a room is asked, and what its two answers are called.
public struct Question: Hashable, Sendable {
  public var text: String
  public var yesLabel: String
  public var noLabel: String

  public init(_ text: String, yesLabel: String = "Yes", noLabel: String = "No") {
    self.text = text
    self.yesLabel = yesLabel
    self.noLabel = noLabel
  }
}

/// One question put to the room. A ledger keeps every round, with its ballots.
public struct Round: Hashable, Sendable {
  /// From 1, in the order they were asked.
  public let number: Int
  public internal(set) var question: Question
  /// Since 1970, by the server's clock.
  public let openedSeconds: Int
  /// Since 1970; `nil` while the round takes votes.
  public internal(set) var closedSeconds: Int?

  public init(number: Int, question: Question, openedSeconds: Int, closedSeconds: Int? = nil) {
    self.number = number
    self.question = question
    self.openedSeconds = openedSeconds
    self.closedSeconds = closedSeconds
  }

  public var isOpen: Bool { closedSeconds == nil }
}

/// A round and what its ballots say, counted.
public struct Count: Hashable, Sendable {
  public let round: Round
  public let tally: Tally

  public init(round: Round, tally: Tally) {
    self.round = round
    self.tally = tally
  }
}

/// The newest round as it stands on disk.
public struct Snapshot: Hashable, Sendable {
  public internal(set) var round: Round
  public internal(set) var tally: Tally
  /// Grows with every change, and never goes back, not even when the server starts again.
  public internal(set) var sequence: Int

  public var count: Count { Count(round: round, tally: tally) }
}
