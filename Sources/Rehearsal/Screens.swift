/// Screens that follow the tally, in this process or in others.
protocol Screens: Sendable {
  /// Begins to open them; `openCount` tells how far it is.
  func open() async
  /// Those that show a tally.
  var openCount: Int { get async }
  /// Why they cannot go on.
  var failure: Failure? { get async }
  /// How many of them show exactly this.
  func count(showing tally: Tally) async -> Int
  /// The tallies that came to all of them together.
  var talliesCount: Int { get async }
  /// Closes every connection.
  func close() async
}
