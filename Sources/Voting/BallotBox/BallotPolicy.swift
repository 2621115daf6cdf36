/// How many ballots a browser has.
public enum BallotPolicy: String, Sendable, CaseIterable {
  /// One each round; another vote moves it.
  case one
  /// Each code has one each round; another vote by the same code moves it, from any browser.
  case codes
  /// Every vote is a new ballot, as on an applause meter.
  case many
}
