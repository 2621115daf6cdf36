public struct Timeout: Error, CustomStringConvertible {
  public let description: String
}

/// Asks again until there is an answer: for what happens elsewhere with no word to the test. A
/// slow machine makes it ask more often; the pause between is no part of the answer.
/// - Parameter patienceSeconds: default: as long as a client waits.
/// - Throws: `Timeout` when none comes in that time, however often it was asked for, and so many
///   times, however long that takes: among many tests the turn of each is rare.
public func eventually<Value>(
  _ what: @autoclosure () -> String, patienceSeconds: Int = Client.patienceSeconds,
  _ ask: () async throws -> Value?
) async throws -> Value {
  let deadline = ContinuousClock.now + .seconds(patienceSeconds)
  var asked = 0
  while true {
    if let value = try await ask() { return value }
    asked += 1
    if asked >= minAsked, ContinuousClock.now > deadline {
      throw Timeout(description: "waited in vain for \(what()), asked \(asked) times")
    }
    try await Task.sleep(for: .milliseconds(1))
  }
}

private let minAsked = 200

/// The same until it is so.
public func eventually(_ isSo: () async throws -> Bool) async throws {
  _ = try await eventually("it to be so") { try await isSo() ? true : nil }
}
