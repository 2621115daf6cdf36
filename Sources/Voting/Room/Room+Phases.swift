/// What is done to a round while it is the present one, and to one that is archived.
extension Room.Change {
  mutating func closeNow() throws(StepRefusal) {
    if try presentRound().phase == .open { close(as: .closed) }
  }

  mutating func close(as kind: RecordEntry.Kind) {
    let now = seconds
    change {
      $0.phase = .closed
      $0.closedSeconds = now
      $0.closesAt = nil
    }
    countPresent()
    countCodes()
    showPresent()
    note(kind)
  }

  mutating func reopen() {
    change {
      $0.phase = .open
      $0.closedSeconds = nil
      $0.chairsWord = nil
    }
    showPresent()
    note(.reopened)
  }

  mutating func reveal(_ number: Int?) throws(StepRefusal) {
    if let number, number != room.round?.number {
      return try changeArchived(number) { round in
        round.isHidden = false
        round.phase = .revealed
      }
    }
    guard try presentRound().isHidden else { return }
    change {
      $0.isHidden = false
      if $0.phase == .closed { $0.phase = .revealed }
    }
    showPresent()
    note(.revealed)
  }

  private mutating func changeArchived(
    _ number: Int, _ reveal: (inout Round) -> Void
  ) throws(StepRefusal) {
    guard let index = room.archiveIndex(of: number) else { throw .noSuchRound(number) }
    guard room.rounds[index].isHidden else { return }
    reveal(&room.rounds[index])
    note(.revealed, round: number)
  }

  mutating func hide() throws(StepRefusal) {
    if try presentRound().isHidden { return }
    change {
      $0.isHidden = true
      if $0.phase == .revealed { $0.phase = .closed }
    }
    showPresent()
    note(.hidden)
  }

  mutating func peek(_ number: Int?) throws(StepRefusal) {
    if let number, number != room.round?.number {
      guard let index = room.archiveIndex(of: number) else { throw .noSuchRound(number) }
      if room.rounds[index].isHidden { note(.peeked, round: number) }
      return
    }
    let round = try presentRound()
    if round.phase == .open { throw .stillOpen }
    if round.isHidden { note(.peeked) }
  }

  mutating func edit(_ edit: Step.Edit) throws(StepRefusal) {
    if let draft = room.draft {
      let question = edit.applied(to: draft.question)
      if question == draft.question { return }
      room.draft?.question = question
      return note(.edited, round: nil)
    }
    let round = try presentRound()
    guard round.phase == .open else { throw .closed }
    let question = edit.applied(to: round.question)
    if question == round.question { return }
    if tally.total > 0, !question.keepsRule(of: round.question) { throw .ruleIsSet }
    guard question.keepsChoices(of: round.question) else { throw .wouldFlipBallots }
    change { $0.question = question }
    note(.edited)
  }
}
