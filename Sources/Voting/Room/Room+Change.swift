extension Room {
  /// A step in the making: the state it leads to, and what it puts on record.
  struct Change {
    var room: Room
    var entries: [RecordEntry] = []
    /// Of the present round.
    let tally: Tally
    private let milliseconds: Int

    init(_ room: Room, tally: Tally, milliseconds: Int) {
      self.room = room
      self.tally = tally
      self.milliseconds = milliseconds
    }

    private var seconds: Int { milliseconds / 1_000 }

    mutating func apply(_ step: Step) throws(StepRefusal) {
      switch step {
      case .ask(let question, let isHidden, let isDraft, let preset):
        try ask(Draft(question, isHidden: isHidden, preset: preset), isDraft: isDraft)
      case .open: try open()
      case .close: try closeNow()
      case .reveal(let number): try reveal(number)
      case .hide: try hide()
      case .again: try again()
      case .next: try next()
      case .undo: try undo()
      case .edit(let edit): try self.edit(edit)
      case .countdown(let countdown): try self.countdown(countdown)
      case .peek(let number): try peek(number)
      case .stage(let stage): setStage(stage)
      case .say(let text): say(text)
      case .show(let number): try show(number)
      case .prepare(let questions, let file): try prepare(questions, from: file)
      case .address(let address): setAddress(address)
      case .numbers(let edit): try enter(edit)
      case .codes(let count, let replaces): try issueCodes(count, replaces: replaces)
      case .chair(let choice): try castChairsVote(choice)
      case .confirmLoss: confirmLoss()
      }
    }

    // MARK: From one round to the next

    private mutating func ask(_ draft: Draft, isDraft: Bool) throws(StepRefusal) {
      try withdrawDraftToList()
      archive()
      if isDraft {
        room.draft = draft
        note(.drafted, round: nil)
      } else {
        begin(draft)
      }
    }

    private mutating func open() throws(StepRefusal) {
      if let draft = room.draft { return begin(draft) }
      if try presentRound().phase != .open { reopen() }
    }

    mutating func begin(_ draft: Draft) {
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

    private mutating func again() throws(StepRefusal) {
      let round = try presentRound()
      archive()
      begin(Draft(round.question, isHidden: round.isHiddenAsAsked, preset: round.preset))
    }

    private mutating func next() throws(StepRefusal) {
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
      room.draft = Draft(question, room.preset)
      note(.drafted, round: nil)
    }

    /// Closes the present round, if there is one, and puts it away.
    mutating func archive() {
      guard let round = room.round else { return }
      if round.phase == .open { close(as: .closed) }
      change { $0.isArchived = true }
      note(.archived)
    }

    // MARK: Within a round

    private mutating func closeNow() throws(StepRefusal) {
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

    private mutating func reopen() {
      change {
        $0.phase = .open
        $0.closedSeconds = nil
        $0.chairsWord = nil
      }
      showPresent()
      note(.reopened)
    }

    private mutating func reveal(_ number: Int?) throws(StepRefusal) {
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

    private mutating func hide() throws(StepRefusal) {
      if try presentRound().isHidden { return }
      change {
        $0.isHidden = true
        if $0.phase == .revealed { $0.phase = .closed }
      }
      showPresent()
      note(.hidden)
    }

    private mutating func peek(_ number: Int?) throws(StepRefusal) {
      if let number, number != room.round?.number {
        guard let index = room.archiveIndex(of: number) else { throw .noSuchRound(number) }
        if room.rounds[index].isHidden { note(.peeked, round: number) }
        return
      }
      let round = try presentRound()
      if round.phase == .open { throw .stillOpen }
      if round.isHidden { note(.peeked) }
    }

    private mutating func edit(_ edit: Step.Edit) throws(StepRefusal) {
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

    // MARK: Countdown

    private mutating func countdown(_ countdown: Step.Countdown) throws(StepRefusal) {
      let round = try presentRound()
      guard round.phase == .open else { throw .closed }
      switch countdown {
      case .start(let seconds):
        guard Room.countdownSeconds.contains(seconds) else { throw .outOfRange }
        setCountdown(milliseconds + seconds * 1_000, as: .countdownStarted)
      case .extend(let seconds):
        guard Room.countdownSeconds.contains(seconds) else { throw .outOfRange }
        guard let end = round.closesAt else { throw .noCountdown }
        let wanted = max(end, milliseconds) + seconds * 1_000
        let latest = milliseconds + Room.countdownSeconds.upperBound * 1_000
        setCountdown(
          min(wanted, latest), as: wanted > latest ? .countdownFilled : .countdownExtended)
      case .cancel:
        if round.closesAt != nil { setCountdown(nil, as: .countdownCancelled) }
      }
    }

    mutating func setCountdown(_ end: Int?, as kind: RecordEntry.Kind) {
      change { $0.closesAt = end }
      note(kind)
    }

    // MARK: Undo

    /// Goes by the state and not by what was done last: a press too many takes back one step and
    /// never two.
    private mutating func undo() throws(StepRefusal) {
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
        room.draft = Draft(round.question, isHidden: round.isHidden, preset: round.preset)
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

    // MARK: Screens and phones

    private mutating func setStage(_ stage: Stage) {
      if room.stage == stage { return }
      room.stage = stage
      note(.staged, round: nil)
    }

    private mutating func say(_ text: String) {
      if room.announcement == text { return }
      room.announcement = text
      note(.said, round: nil)
    }

    private mutating func show(_ number: Int?) throws(StepRefusal) {
      if let number, room.archiveIndex(of: number) == nil { throw .noSuchRound(number) }
      if room.shownRound == number { return }
      room.shownRound = number
      note(.shown, round: number)
    }

    private mutating func prepare(_ questions: [Question], from file: Int?) throws(StepRefusal) {
      if questions.count > Room.maxPrepared { throw .listFull }
      let isSame = room.prepared == questions && room.preparedPosition == 0
      if isSame, file == nil || file == room.preparedFrom { return }
      room.preparedFrom = file ?? room.preparedFrom
      room.prepared = questions
      room.preparedPosition = 0
      note(.prepared, round: nil)
    }

    private mutating func setAddress(_ address: String?) {
      if room.address == address { return }
      room.address = address
      note(.addressed, round: nil)
    }

    /// What was shown from the archive makes room for what happens now.
    private mutating func showPresent() { room.shownRound = nil }

    /// A question that opens wants to be seen; a screen that was made black stays so.
    private mutating func showResult() {
      showPresent()
      if room.stage == .join { room.stage = .result }
    }

    // MARK: Parts

    func presentRound() throws(StepRefusal) -> Round {
      if let round = room.round { return round }
      throw room.draft == nil ? .nothingThere : .notOpenYet
    }

    mutating func change(_ edit: (inout Round) -> Void) {
      edit(&room.rounds[room.rounds.count - 1])
    }

    /// On record for the newest round.
    mutating func note(_ kind: RecordEntry.Kind) {
      note(kind, round: room.rounds.last?.number)
    }

    mutating func note(_ kind: RecordEntry.Kind, round: Int?) {
      entries.append(RecordEntry(seconds: seconds, kind: kind, round: round))
    }
  }

  fileprivate func archiveIndex(of number: Int) -> Int? {
    rounds.firstIndex { $0.number == number && $0.isArchived }
  }
}
