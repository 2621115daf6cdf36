import ServerSentEvents
import Voting

/// What is around the room and not in its ledger: who is connected, and how one gets here. Never waits
/// for anything; any thread may ask.
struct DeskSurroundings: Sendable {
  let audience: Audience
  let joining: Joining
  /// Those that share the ledger, this one too; `nil` where this server has it alone.
  var instances: (@Sendable () -> [Instance])?
  /// Whether the store may lose what it has acknowledged.
  var isRelaxed = false
  /// What a ballot belongs to.
  var ballots = BallotPolicy.one
  /// Whether votes are being stored.
  var isStoring: @Sendable () -> Bool = { true }
  /// Milliseconds since 1970, by the clock that countdowns go by.
  var now: @Sendable () -> Int = BallotBox.millisecondsSince1970

  struct Presence: Equatable, Sendable {
    let phones: Int
    let screens: Int
  }

  /// Connected now, here and at those that share the ledger.
  var presence: Presence {
    let phones = audience.countEverywhere(of: VotingSite.phones)
    return Presence(phones: phones, screens: max(0, audience.countEverywhere - phones))
  }
}
