import ServerSentEvents
import Synchronization
import Voting

/// Tells the audience what the ballot box says.
final class TallyStream: Sendable {
  private let audience: Audience
  /// Another one for every start, so that an id is never used twice.
  private let epoch: String
  private let lastPublished = Mutex<Round?>(nil)

  init(audience: Audience, startedSeconds: Int) {
    self.audience = audience
    epoch = String(startedSeconds, radix: 36)
  }

  /// Called for every committed batch of votes, and for every change of the round. The round comes
  /// first: the numbers that follow are its numbers.
  func publish(_ snapshot: Snapshot) {
    let isNew = lastPublished.withLock { last in
      defer { last = snapshot.round }
      return last != snapshot.round
    }
    if isNew { publish(snapshot.round) }
    audience.update("tally") { [epoch] in
      // Digits, letters and a hyphen make an id.
      try! Event(snapshot.tally.json, id: "\(epoch)-\(snapshot.sequence)")
    }
  }

  private func publish(_ round: Round) {
    audience.update("round") {
      // The name is one.
      try! Event(RoundResult.json(RoundState(round)), name: "round")
    }
  }
}
