#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A room as a store keeps it: JSON, with the names that stand here.
///
/// What a later version adds is optional, so that this one's rooms can be read.
struct StoredRoom: Codable {
  var version: Int
  var rounds: [StoredRound]
  var nextNumber: Int
  var draft: Draft?
  var stage: String
  var announcement: String
  var shownRound: Int?
  var prepared: [StoredQuestion]
  var preparedPosition: Int
  var preparedFrom: Int?
  var address: String?
  var present: Int?
  var entitled: Int?
  var codesIssued: Int
  var codesGeneration: Int
  var missing: [String: Int]?

  struct Draft: Codable {
    var question: StoredQuestion
    var isHidden: Bool
    var preset: String?
  }

  init(_ room: Room) {
    version = room.version
    rounds = room.rounds.map { StoredRound($0) }
    nextNumber = room.nextNumber
    draft = room.draft.map {
      Draft(
        question: StoredQuestion($0.question), isHidden: $0.isHidden, preset: $0.preset?.rawValue)
    }
    stage = room.stage.rawValue
    announcement = room.announcement
    shownRound = room.shownRound
    prepared = room.prepared.map { StoredQuestion($0) }
    preparedPosition = room.preparedPosition
    preparedFrom = room.preparedFrom
    address = room.address
    present = room.numbers.present
    entitled = room.numbers.entitled
    codesIssued = room.codes.count
    codesGeneration = room.codes.generation
    missing = room.missing.isEmpty ? nil : room.missing
  }

  /// The room; `nil` where it is none that a program of this version could have made.
  var room: Room? {
    let parts = (rounds.compactMap(\.round), prepared.compactMap(\.question))
    guard parts.0.count == rounds.count, parts.1.count == prepared.count,
      (0...prepared.count).contains(preparedPosition), let stage = Stage(rawValue: stage),
      Counters.countRange.contains(version), Round.numberRange.contains(nextNumber),
      zip(parts.0, parts.0.dropFirst()).allSatisfy({ $0.number < $1.number }),
      parts.0.last.map({ $0.number < nextNumber }) ?? true,
      [present, entitled].allSatisfy({ $0.map(Numbers.range.contains) ?? true }),
      IssuedCodes.countRange.contains(codesIssued),
      IssuedCodes.generationRange.contains(codesGeneration),
      (missing ?? [:]).values.allSatisfy(Counters.countRange.contains)
    else { return nil }
    var room = Room()
    room.version = version
    room.rounds = parts.0
    room.nextNumber = nextNumber
    if let draft {
      guard let question = draft.question.question else { return nil }
      room.draft = Room.Draft(
        question, isHidden: draft.isHidden, preset: draft.preset.flatMap(Preset.init(rawValue:)))
    }
    room.stage = stage
    room.announcement = announcement
    room.shownRound = shownRound
    room.prepared = parts.1
    room.preparedPosition = preparedPosition
    room.preparedFrom = preparedFrom
    room.address = address
    room.numbers = Numbers(present: present, entitled: entitled)
    room.codes.count = codesIssued
    room.codes.generation = codesGeneration
    room.missing = missing ?? [:]
    return room
  }
}

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

struct StoredQuestion: Codable {
  var text: String
  var yes: String
  var no: String
  var abstain: String?
  var rule: String
  var chairDecides: Bool
  var isRollCall: Bool

  init(_ question: Question) {
    text = question.text
    yes = question.yesLabel
    no = question.noLabel
    abstain = question.abstainLabel
    rule = question.rule.rawValue
    chairDecides = question.chairDecides
    isRollCall = question.isRollCall
  }

  var question: Question? {
    Rule(rawValue: rule).map {
      Question(
        text, yesLabel: yes, noLabel: no, abstainLabel: abstain, rule: $0,
        chairDecides: chairDecides, isRollCall: isRollCall)
    }
  }
}

extension Room {
  /// As a store keeps it.
  var stored: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // It has nothing in it that JSON cannot say.
    guard let data = try? encoder.encode(StoredRoom(self)) else { preconditionFailure() }
    return String(decoding: data, as: UTF8.self)
  }

  /// `nil` for what no program of this version could have written.
  init?(stored text: String) {
    // What is wrong with it nobody could do anything about.
    let stored = try? JSONDecoder().decode(StoredRoom.self, from: Data(text.utf8))
    guard let room = stored?.room else { return nil }
    self = room
  }
}
