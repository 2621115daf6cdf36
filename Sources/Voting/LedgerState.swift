/// What a ledger holds, as it was when it was committed last.
struct LedgerState: Equatable {
  /// The rounds before the newest. They change no more, and need not be counted again.
  var past: [RoundTally]
  var newest: Snapshot

  /// The newest round continues if it asks the same question.
  init(
    continuing ledger: any Ledger, _ ask: (Question?) -> Question, sequence: Int, now: Int
  ) throws(LedgerError) {
    past = try ledger.counts()
    let question = ask(past.last?.round.question)
    if let last = past.last, last.round.question.text == question.text {
      past.removeLast()
      newest = Snapshot(round: last.round, tally: last.tally, sequence: sequence)
      newest.round.question = question
      try ledger.save(newest.round)
    } else {
      let round = try ledger.beginRound(after: &past, question, now: now)
      newest = Snapshot(round: round, tally: Tally(), sequence: sequence)
    }
  }
}
