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

    var seconds: Int { milliseconds / 1_000 }

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

  func archiveIndex(of number: Int) -> Int? {
    rounds.firstIndex { $0.number == number && $0.isArchived }
  }
}
