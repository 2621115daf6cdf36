import ServerSentEvents

/// What is around the room and not in its ledger: who is connected, and how one gets here. Never waits
/// for anything; any thread may ask.
struct DeskSurroundings: Sendable {
  let audience: Audience
  let joining: Joining

  struct Presence: Equatable, Sendable {
    let phones: Int
    let screens: Int
  }

  /// Connected now.
  var presence: Presence {
    let phones = audience.count(of: VotingSite.phones)
    return Presence(phones: phones, screens: max(0, audience.count - phones))
  }
}
