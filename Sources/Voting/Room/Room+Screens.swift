/// What screens and phones show beside the round, and what is prepared for later.
extension Room.Change {
  mutating func setStage(_ stage: Stage) {
    if room.stage == stage { return }
    room.stage = stage
    note(.staged, round: nil)
  }

  mutating func say(_ text: String) {
    if room.announcement == text { return }
    room.announcement = text
    note(.said, round: nil)
  }

  mutating func show(_ number: Int?) throws(StepRefusal) {
    if let number, room.archiveIndex(of: number) == nil { throw .noSuchRound(number) }
    if room.shownRound == number { return }
    room.shownRound = number
    note(.shown, round: number)
  }

  mutating func prepare(_ questions: [Question], from file: Int?) throws(StepRefusal) {
    if questions.count > Room.maxPrepared { throw .listFull }
    let isSame = room.prepared == questions && room.preparedPosition == 0
    if isSame, file == nil || file == room.preparedFrom { return }
    room.preparedFrom = file ?? room.preparedFrom
    room.prepared = questions
    room.preparedPosition = 0
    note(.prepared, round: nil)
  }

  mutating func setAddress(_ address: String?) {
    if room.address == address { return }
    room.address = address
    note(.addressed, round: nil)
  }

  /// What was shown from the archive makes room for what happens now.
  mutating func showPresent() { room.shownRound = nil }

  /// A question that opens wants to be seen; a screen that was made black stays so.
  mutating func showResult() {
    showPresent()
    if room.stage == .join { room.stage = .result }
  }
}
