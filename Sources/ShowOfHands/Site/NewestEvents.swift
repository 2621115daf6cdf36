import Voting

/// What a stream that opens now would say first, by the names of its events, for pages that no
/// stream reaches.
struct NewestEvents: Encodable {
  let snapshot: Snapshot
  let invitation: Invitation
  /// The event streams that are open.
  let connected: Int
  /// Those among them of voters.
  let phones: Int
  /// Whether votes are being stored.
  let isStoring: Bool
  /// In milliseconds since 1970.
  let now: Int

  private enum Event: CodingKey { case id, round, message, presence, say, stage, join, resend }
  private enum Count: CodingKey { case connected, phones }

  func encode(to encoder: any Encoder) throws {
    let disclosed = snapshot.disclosed
    var events = encoder.container(keyedBy: Event.self)
    // First, since a page goes by it. One server alone never says anything older.
    try events.encodeIfPresent(snapshot.id, forKey: .id)
    try events.encode(RoundState(disclosed, now: now), forKey: .round)
    try events.encodeIfPresent(disclosed.flatMap(TallyCounts.init), forKey: .message)
    var presence = events.nestedContainer(keyedBy: Count.self, forKey: .presence)
    try presence.encode(connected, forKey: .connected)
    try presence.encode(phones, forKey: .phones)
    try events.encode(["text": snapshot.room.announcement], forKey: .say)
    try events.encode(StageState(snapshot, isStoring: isStoring), forKey: .stage)
    try events.encode(invitation, forKey: .join)
    try events.encodeIfPresent(snapshot.epoch.map { ["epoch": $0] }, forKey: .resend)
  }
}
