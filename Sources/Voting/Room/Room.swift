/// The host's side of an evening as one value: what is asked, how far it is, and what the screens
/// show.
///
/// It knows no ledger, no clock and no page. `apply` takes a step and says what came of it; whoever
/// calls it stores that before anybody sees it.
///
///     (nothing) ─ask→ draft ─open→ open ─close→ closed ─reveal→ revealed ─next→ the next draft
///
/// A round's numbers are shown or hidden, whatever its phase. There is a draft, or a round that is
/// not archived, or nothing: never two of them.
public struct Room: Hashable, Sendable {
  /// Counts the steps, never votes.
  public internal(set) var version = 0
  /// Every round that was opened, oldest first. Their numbers grow and are never used twice.
  public internal(set) var rounds: [Round] = []
  /// The number of the next round.
  public internal(set) var nextNumber = 1
  /// What is asked next and not open yet. The room does not know of it.
  public internal(set) var draft: Draft?
  public internal(set) var stage = Stage.result
  /// A line on all phones and screens; empty: nothing.
  public internal(set) var announcement = ""
  /// The archived round that the big screens show in place of the present one.
  public internal(set) var shownRound: Int?
  /// What is prepared, also what was taken from it already.
  public internal(set) var prepared: [Question] = []
  /// So many of `prepared` have been taken.
  public internal(set) var preparedPosition = 0
  /// Tells the file that `prepared` was read from last from others; `nil`: it was read from none.
  public internal(set) var preparedFrom: Int?
  /// On the join screen; `nil`: the one that the program takes for the best.
  public internal(set) var address: String?

  /// How many are present, and how many are entitled: of the next round, until somebody says
  /// otherwise.
  public internal(set) var numbers = Numbers()

  /// What is on cards: each has one ballot a round, where votes have to come with one.
  public internal(set) var codes = IssuedCodes()

  /// Votes that a shared ledger lost, by its epochs, until the host says that they know of it.
  public internal(set) var missing: [String: Int] = [:]

  /// What is asked next, before it is a round.
  public struct Draft: Hashable, Sendable {
    public internal(set) var question: Question
    /// The numbers will be hidden.
    public internal(set) var isHidden: Bool
    /// What the host began with; `nil` where nobody has said.
    public internal(set) var preset: Preset?

    public init(_ question: Question, isHidden: Bool, preset: Preset? = nil) {
      self.question = question
      self.isHidden = isHidden
      self.preset = preset
    }

    init(_ question: Question, _ preset: Preset?) {
      self.init(question, isHidden: preset?.isHidden ?? false, preset: preset)
    }
  }

  /// How what is prepared is asked; `nil`: with numbers that are shown. Not kept: the program is told.
  public var preset: Preset?
  /// Whether rounds that open give receipts. Not kept: the program is told.
  public var givesReceipts = false

  /// Whether votes have to come with a code. Not kept: the program is told.
  public var asksForCodes = false

  public init() {}

  /// How long a countdown may run.
  public static let countdownSeconds = 10...600
  /// Votes that were on their way when a countdown ended still count.
  public static let graceMilliseconds = 2_000
  /// A countdown that ran while the server was away has this much left.
  public static let leastMillisecondsAfterRestart = 10_000

  /// The round that the room sees: the newest that was opened.
  public var publicRound: Round? { rounds.last }

  /// The round that steps are done to: not while a draft waits.
  public var round: Round? { rounds.last.flatMap { $0.isArchived ? nil : $0 } }

  /// What was prepared and not asked yet.
  public var preparedRest: ArraySlice<Question> { prepared[preparedPosition...] }

  /// As many questions are prepared at most, with those that were taken already.
  public static let maxPrepared = 1_000

  // MARK: Steps

  /// Does the step, or nothing.
  ///
  /// - Parameters:
  ///   - version: of the state it was decided on; `nil` for a script, which means the present one.
  ///   - tally: of the present round.
  ///   - milliseconds: since 1970, by the server's clock.
  /// - Returns: what goes on record; nothing where all was so already, and then nothing changes.
  /// - Throws: `StepRefusal`; nothing has changed.
  public mutating func apply(
    _ step: Step, version: Int? = nil, tally: Tally, at milliseconds: Int
  ) throws(StepRefusal) -> [RecordEntry] {
    if let version, version != self.version { throw .stale }
    var change = Change(self, tally: tally, milliseconds: milliseconds)
    try change.apply(step)
    return commit(change)
  }

  /// Closes the round whose countdown has run out, with its grace; does nothing before.
  mutating func closeByCountdown(tally: Tally, at milliseconds: Int) -> [RecordEntry] {
    guard let end = round?.closesAt, milliseconds >= end + Self.graceMilliseconds else {
      return []
    }
    var change = Change(self, tally: tally, milliseconds: milliseconds)
    change.close(as: .closedByCountdown)
    return commit(change)
  }

  /// The program starts: it asks the question where nothing was asked yet, and a countdown that ran
  /// while the server was away has a little time again.
  /// - Parameter isOlderCopy: what the room was is from before something that is lost; it goes on
  ///   record for the newest round, the only one whose numbers may have been others.
  mutating func start(
    asking question: Question?, isFirst: Bool = true, isOlderCopy: Bool = false,
    at milliseconds: Int
  ) -> [RecordEntry] {
    var change = Change(self, tally: Tally(), milliseconds: milliseconds)
    if isOlderCopy { change.note(.olderCopy) }
    if let question, rounds.isEmpty, draft == nil {
      change.begin(Draft(question, preset))
    }
    let least = milliseconds + Self.leastMillisecondsAfterRestart
    if isFirst, let end = round?.closesAt, end < least {
      change.setCountdown(least, as: .countdownProlonged)
    }
    return commit(change)
  }

  mutating func commit(_ change: Change) -> [RecordEntry] {
    guard !change.entries.isEmpty else { return [] }
    self = change.room
    version += 1
    return change.entries
  }
}
