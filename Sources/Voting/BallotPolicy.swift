/// How many ballots a browser has.
public enum BallotPolicy: String, Sendable, CaseIterable {
  /// One each round; another vote moves it.
  case one
  /// Every vote is a new ballot, as on an applause meter.
  case many
}
