/// How one round leads to the next, and back.
extension Room.Change {
  mutating func ask(_ draft: Room.Draft, isDraft: Bool) throws(StepRefusal) {
    try withdrawDraftToList()
    archive()
    if isDraft {
      room.draft = draft
      note(.drafted, round: nil)
    } else {
      begin(draft)
    }
  }

  mutating func open() throws(StepRefusal) {
    if let draft = room.draft { return begin(draft) }
    if try presentRound().phase != .open { reopen() }
  }

  mutating func begin(_ draft: Room.Draft) {
    room.draft = nil
    room.rounds.append(
      Round(
        number: room.nextNumber, question: draft.question, openedSeconds: seconds,
        isHidden: draft.isHidden, preset: draft.preset, numbers: room.numbers,
        codesIssued: room.asksForCodes ? room.codes.count : nil, hasReceipts: room.givesReceipts))
    room.nextNumber += 1
    showResult()
    note(.opened)
  }

  mutating func again() throws(StepRefusal) {
    let round = try presentRound()
    archive()
    begin(Room.Draft(round.question, isHidden: round.isHiddenAsAsked, preset: round.preset))
  }

  mutating func next() throws(StepRefusal) {
    if let draft = room.draft { return begin(draft) }
    switch room.round?.phase {
    case .open: close(as: .closed)
    case .closed where room.round?.isHidden == true: try reveal(nil)
    case .closed, .revealed, nil: try draftNext()
    }
  }

  private mutating func draftNext() throws(StepRefusal) {
    guard let question = room.preparedRest.first else { throw .nothingPrepared }
    archive()
    room.preparedPosition += 1
    room.draft = Room.Draft(question, room.preset)
    note(.drafted, round: nil)
  }

  /// Closes the present round, if there is one, and puts it away.
  mutating func archive() {
    guard let round = room.round else { return }
    if round.phase == .open { close(as: .closed) }
    change { $0.isArchived = true }
    note(.archived)
  }

  // MARK: Undo

  /// Goes by the state and not by what was done last: a press too many takes back one step and
  /// never two.
  mutating func undo() throws(StepRefusal) {
    if room.draft != nil {
      try withdrawDraftToList()
      if !room.rounds.isEmpty { change { $0.isArchived = false } }
      return note(.draftWithdrawn)
    }
    let round = try presentRound()
    switch round.phase {
    case .open:
      if tally.total > 0 { throw .hasBallots }
      room.rounds.removeLast()
      room.draft = Room.Draft(round.question, isHidden: round.isHidden, preset: round.preset)
      note(.openingWithdrawn, round: round.number)
    case .closed: reopen()
    case .revealed: try hide()
    }
  }

  /// Nothing is lost by a slip: a draft that gives way can be asked next.
  private mutating func withdrawDraftToList() throws(StepRefusal) {
    guard let draft = room.draft.take() else { return }
    if room.preparedPosition > 0, room.prepared[room.preparedPosition - 1] == draft.question {
      room.preparedPosition -= 1
    } else {
      if room.prepared.count >= Room.maxPrepared { throw .listFull }
      room.prepared.insert(draft.question, at: room.preparedPosition)
    }
  }
}
