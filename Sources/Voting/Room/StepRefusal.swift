/// Why a step was not done. Nothing has changed.
public enum StepRefusal: Error, Hashable, Sendable {
  /// It was decided on another state: others have done something meanwhile.
  case stale
  /// There is no round, or no draft, that it could be done to.
  case nothingThere
  /// There is a draft, and the step is for a round that was opened.
  case notOpenYet
  /// There is no archived round of this number.
  case noSuchRound(Int)
  /// The round is closed; its words and its time are settled.
  case closed
  /// The round is open; its numbers are hidden from the host too.
  case stillOpen
  /// The round has ballots: it cannot be a draft again.
  case hasBallots
  /// Nothing is prepared that could be asked next.
  case nothingPrepared
  /// The draft would go back to the list, which has `Room.maxPrepared` questions already.
  case listFull
  /// With other choices, ballots would say what nobody meant.
  case wouldFlipBallots
  /// No countdown runs.
  case noCountdown
  /// The rule stands while there are ballots: it was chosen before.
  case ruleIsSet
  /// The round does not have that choice.
  case noSuchChoice
  /// No vote has ended in a tie that the chair decides.
  case noTie
  /// None, or more than `IssuedCodes.maxCount` in all.
  case tooManyCodes
  /// Codes are replaced between two votes: whoever has voted could vote again by another one.
  case codesInUse
  /// Not within `Numbers.range`.
  case numberOutOfRange
  /// Not between `Room.countdownSeconds`.
  case outOfRange
}
