import FoundationEssentials
import ServerSentEvents
import Voting

/// Tells the audience what the ballot box says.
struct TallyStream: Sendable {
  let audience: Audience
  /// Another one for every start, so that an id is never used twice.
  private let epoch: String

  init(audience: Audience, startedSeconds: Int) {
    self.audience = audience
    epoch = String(startedSeconds, radix: 36)
  }

  /// The tally, as the unnamed event; called for every committed batch of votes.
  func publish(_ snapshot: Snapshot) {
    audience.update("tally") {
      // Digits, letters and a hyphen make an id.
      try! Event(snapshot.tally.json, id: "\(epoch)-\(snapshot.sequence)")
    }
  }

  /// What is asked, as the event `round`.
  func publish(_ round: Round) {
    audience.update("round") {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      // Strings, numbers and a truth value always encode.
      let json = try! encoder.encode(RoundState(round))
      return try! Event(String(decoding: json, as: UTF8.self), name: "round")
    }
  }
}

/// A round as pages and scripts see it.
struct RoundState: Encodable {
  let round: Int
  let question: String
  let yesLabel: String
  let noLabel: String
  let open: Bool

  init(_ round: Round) {
    self.round = round.number
    question = round.question.text
    yesLabel = round.question.yesLabel
    noLabel = round.question.noLabel
    open = round.isOpen
  }
}
