extension Room.Change {
  /// Codes that are void must not have voted where others can vote again: so the round before is put
  /// away, and stays so.
  mutating func issueCodes(_ count: Int, replaces: Bool) throws(StepRefusal) {
    let before = replaces ? 0 : room.codes.count
    guard count >= 1, count <= IssuedCodes.maxCount - before else { throw .tooManyCodes }
    if replaces {
      guard room.draft == nil, room.round?.isOpen != true else { throw .codesInUse }
      archive()
      room.codes.generation += 1
    }
    room.codes.count = before + count
    if room.round?.isOpen == true { countCodes() }
    note(replaces ? .codesReplaced : .codesIssued, round: nil)
  }

  /// The present round goes by the codes that there are.
  mutating func countCodes() {
    guard room.asksForCodes else { return }
    let count = room.codes.count
    change { $0.codesIssued = count }
  }
}
