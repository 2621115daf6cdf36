struct StoredRound: Codable {
  var number: Int
  var question: StoredQuestion
  var openedSeconds: Int
  var closedSeconds: Int?
  var phase: String
  var isHidden: Bool
  var isHiddenAsAsked: Bool
  var preset: String?
  var isArchived: Bool
  var closesAt: Int?
  var present: Int?
  var entitled: Int?
  /// For, against, abstentions.
  var byHand: [Int]?
  var codesIssued: Int?
  var chairsWord: String?
  var hasReceipts: Bool
  var fingerprint: String?

  init(_ round: Round) {
    number = round.number
    question = StoredQuestion(round.question)
    openedSeconds = round.openedSeconds
    closedSeconds = round.closedSeconds
    phase = round.phase.rawValue
    isHidden = round.isHidden
    isHiddenAsAsked = round.isHiddenAsAsked
    preset = round.preset?.rawValue
    isArchived = round.isArchived
    closesAt = round.closesAt
    present = round.numbers.present
    entitled = round.numbers.entitled
    byHand = round.numbers.byHand.map { [$0.yes, $0.no, $0.abstain] }
    codesIssued = round.codesIssued
    chairsWord = round.chairsWord?.rawValue
    hasReceipts = round.hasReceipts
    fingerprint = round.fingerprint
  }

  var round: Round? {
    guard let question = question.question, let phase = Round.Phase(rawValue: phase),
      Round.numberRange.contains(number),
      ([openedSeconds] + [closedSeconds].compactMap(\.self))
        .allSatisfy(Round.secondsRange.contains),
      closesAt.map(Round.millisecondsRange.contains) ?? true,
      ([present, entitled].compactMap(\.self) + (byHand ?? []))
        .allSatisfy(Numbers.range.contains),
      byHand.map({ $0.count == 3 }) ?? true,
      codesIssued.map(IssuedCodes.countRange.contains) ?? true
    else { return nil }
    return Round(
      number: number, question: question, openedSeconds: openedSeconds,
      closedSeconds: closedSeconds, phase: phase, isHidden: isHidden,
      isHiddenAsAsked: isHiddenAsAsked, preset: preset.flatMap(Preset.init(rawValue:)),
      isArchived: isArchived, closesAt: closesAt,
      numbers: Numbers(
        present: present, entitled: entitled,
        byHand: byHand.map { Tally(yes: $0[0], no: $0[1], abstain: $0[2]) }),
      codesIssued: codesIssued, chairsWord: chairsWord.flatMap(Choice.init(rawValue:)),
      hasReceipts: hasReceipts, fingerprint: fingerprint)
  }
}
