/// One question put to the room. A ledger keeps every round, with its ballots.
public struct Round: Hashable, Sendable {
  public enum Phase: String, Hashable, Sendable, CaseIterable {
    /// It takes votes.
    case open
    case closed
    /// It is closed, and its numbers were hidden before.
    case revealed
  }

  /// From 1, in the order they were opened; some numbers may be missing.
  public let number: Int
  public internal(set) var question: Question
  /// Since 1970, by the server's clock.
  public let openedSeconds: Int
  /// Since 1970; `nil` while the round takes votes.
  public internal(set) var closedSeconds: Int?
  public internal(set) var phase: Phase
  /// Its numbers do not leave the server; how many have voted does.
  public internal(set) var isHidden: Bool
  /// Whether it was opened with hidden numbers: asked again, it is again.
  public let isHiddenAsAsked: Bool
  /// What the host began with, for the minutes alone; `nil` where nobody has said. What it set stands
  /// in the round itself, and may have been changed before it was asked.
  public let preset: Preset?
  /// Another one was asked after it, or will be.
  public internal(set) var isArchived: Bool
  /// When the countdown ends, in milliseconds since 1970; `nil` where none runs. Votes that were on
  /// their way then count for `Room.graceMilliseconds` more.
  public internal(set) var closesAt: Int?
  /// What the host has entered beside the ballots.
  public internal(set) var numbers: Numbers
  /// How many codes there were, where votes had to come with one; `nil` where they had not.
  public internal(set) var codesIssued: Int?
  /// Yes or No: what the chair said in a tie. Only where the question lets the chair decide.
  public internal(set) var chairsWord: Choice?
  /// Whether its ballots have receipts.
  public let hasReceipts: Bool
  /// The newest one's hexadecimal digits; `nil` before the round was closed. It commits to the
  /// numbers, and tells nothing of them.
  public internal(set) var fingerprint: String?

  /// What a file may hold: whole numbers that JavaScript knows exactly.
  static let numberRange = 1...1 << 53
  /// Of times: from 1970 to the end of the year 9999, which is as far as ISO 8601 goes.
  static let secondsRange = 0...253_402_300_799
  static let millisecondsRange = 0...253_402_300_799_999

  public init(
    number: Int, question: Question, openedSeconds: Int, closedSeconds: Int? = nil,
    phase: Phase? = nil, isHidden: Bool = false, isHiddenAsAsked: Bool? = nil,
    preset: Preset? = nil, isArchived: Bool = false, closesAt: Int? = nil,
    numbers: Numbers = Numbers(),
    codesIssued: Int? = nil, chairsWord: Choice? = nil, hasReceipts: Bool = false,
    fingerprint: String? = nil
  ) {
    self.number = number
    self.question = question
    self.openedSeconds = openedSeconds
    self.closedSeconds = closedSeconds
    self.phase = phase ?? (closedSeconds == nil ? .open : .closed)
    self.isHidden = isHidden
    self.isHiddenAsAsked = isHiddenAsAsked ?? isHidden
    self.preset = preset
    self.isArchived = isArchived
    self.closesAt = closesAt
    self.numbers = numbers
    self.codesIssued = codesIssued
    self.chairsWord = chairsWord
    self.hasReceipts = hasReceipts
    self.fingerprint = fingerprint
  }

  public var isOpen: Bool { phase == .open }
}
