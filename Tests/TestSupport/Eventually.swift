public struct Timeout: Error, CustomStringConvertible {
  public let description: String
}

/// Asks again until there is an answer: for what happens elsewhere with no word to the test. A
/// slow machine makes it ask more often; the pause between is no part of the answer.
/// - Parameter patienceSeconds: as long as a client waits, if not said.
/// - Throws: `Timeout` when none comes in that time.
public func eventually<Value>(
  _ what: @autoclosure () -> String, patienceSeconds: Int = Client.patienceSeconds,
  _ ask: () async throws -> Value?
) async throws -> Value {
  let deadline = ContinuousClock.now + .seconds(patienceSeconds)
  while true {
    if let value = try await ask() { return value }
    if ContinuousClock.now > deadline { throw Timeout(description: "waited in vain for \(what())") }
    try await Task.sleep(for: .milliseconds(1))
  }
}

/// The same until it is so.
public func eventually(_ isSo: () async throws -> Bool) async throws {
  _ = try await eventually("it to be so") { try await isSo() ? true : nil }
}
