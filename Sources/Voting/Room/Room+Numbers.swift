extension Room.Change {
  /// Beside the ballots of the present round; what holds for the whole meeting, for the next ones too.
  mutating func enter(_ edit: Step.NumbersEdit) throws(StepRefusal) {
    guard edit.values.allSatisfy(Numbers.range.contains) else { throw .numberOutOfRange }
    let old = room
    if !edit.byHand.isEmpty {
      let round = try presentRound()
      guard edit.byHand.keys.allSatisfy(round.question.has) else { throw .noSuchChoice }
    }
    if room.round != nil {
      change { $0.numbers = edit.applied(to: $0.numbers) }
      countPresent()
    }
    var meeting = edit
    meeting.byHand = [:]
    if room.round?.question.isRollCall != true { room.numbers = meeting.applied(to: room.numbers) }
    if room != old { note(.numbersEntered) }
  }

  /// A roll call that is over has counted who is present.
  mutating func countPresent() {
    guard let round = room.round, round.question.isRollCall, !round.isOpen else { return }
    room.numbers.present = tally.yes + (round.numbers.byHand?.yes ?? 0)
  }

  mutating func castChairsVote(_ choice: Choice) throws(StepRefusal) {
    let round = try presentRound()
    if round.isOpen { throw .stillOpen }
    var asked = round
    asked.chairsWord = nil
    guard choice != .abstain, Outcome(of: asked, tally: tally).verdict == .tie else {
      throw .noTie
    }
    if round.chairsWord == choice { return }
    change { $0.chairsWord = choice }
    note(choice == .yes ? .chairCastYes : .chairCastNo)
  }
}
