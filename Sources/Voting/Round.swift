/// One question put to the room. A ledger keeps every round, with its ballots.
public struct Round: Hashable, Sendable {
  /// From 1, in the order they were asked.
  public let number: Int
  public internal(set) var question: Question
  /// Since 1970, by the server's clock.
  public let openedSeconds: Int
  /// Since 1970; `nil` while the round takes votes.
  public internal(set) var closedSeconds: Int?

  /// What a file may hold: whole numbers that JavaScript knows exactly.
  static let numberRange = 1...1 << 53
  /// Of times: from 1970 to the end of the year 9999, which is as far as ISO 8601 goes.
  static let secondsRange = 0...253_402_300_799

  public init(number: Int, question: Question, openedSeconds: Int, closedSeconds: Int? = nil) {
    self.number = number
    self.question = question
    self.openedSeconds = openedSeconds
    self.closedSeconds = closedSeconds
  }

  public var isOpen: Bool { closedSeconds == nil }
}
