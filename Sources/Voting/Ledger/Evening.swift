/// All that a step of the host changes, and no vote does. A class, because it is passed on with every
/// batch of votes and rarely another one.
final class Evening: Sendable {
  let room: Room
  /// Of the rounds before the newest, by their numbers. They change no more, and need not be counted
  /// again.
  let pastTallies: [Int: Tally]
  /// The newest lines, oldest first.
  let record: [RecordEntry]
  let deskKey: UInt128

  init(room: Room, pastTallies: [Int: Tally], record: [RecordEntry], deskKey: UInt128) {
    self.room = room
    self.pastTallies = pastTallies
    self.record = record
    self.deskKey = deskKey
  }
}
